import { z } from "zod";
import { defineKind } from "../kind.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const statusData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  status: z.enum(["active", "suspended"]),
  reason: z.string(),
});
type StatusData = z.infer<typeof statusData>;

/** Tells the owners that their boutique was approved, suspended or reactivated, and why. */
export const boutiqueStatus = defineKind<StatusData>({
  name: "boutique_status",
  topic: "boutique",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "change_id",
  data: statusData,
  example: {
    display_name: "Almaz",
    boutique: "Almaz Bridal",
    status: "suspended",
    reason: "Three customers waited for their gowns.",
  },
  async recipients(sql, id) {
    const owners = await sql<{ user_id: string }[]>`
      select m.user_id from public.boutique_status_changes c
      join public.boutique_members m on m.boutique_id = c.boutique_id and m.role = 'owner'
      where c.id = ${id}`;
    return accounts(
      sql,
      owners.map(({ user_id }) => user_id),
    );
  },
  async load({ sql }, id, { displayName }) {
    const [change] = await sql`
      select b.name as boutique, c.to_status::text as status, c.reason
      from public.boutique_status_changes c join public.boutiques b on b.id = c.boutique_id
      where c.id = ${id}`;
    return change === undefined ? undefined : { ...change, display_name: displayName };
  },
  texts: {
    en: {
      mail(data) {
        const open = data.status === "active";
        return {
          subject: open ? `${data.boutique} is open` : `${data.boutique} has been suspended`,
          preheader: `Reason: ${data.reason}`,
          heading: open ? `${data.boutique} is open` : `${data.boutique} has been suspended`,
          greeting: greetingEn(data.display_name),
          paragraphs: [
            open
              ? `${data.boutique} is open: everybody can see it now.`
              : `${data.boutique} has been suspended: it is hidden, and you can read but not change it.`,
            `Reason: ${data.reason}`,
          ],
          why: `You get this mail because you own ${data.boutique}.`,
        };
      },
      inApp: (data) => ({
        title: data.status === "active" ? `${data.boutique} is open` : `${data.boutique} has been suspended`,
        body: `Reason: ${data.reason}`,
      }),
    },
    am: {
      mail(data) {
        const open = data.status === "active";
        return {
          subject: open ? `${data.boutique} ተከፍቷል` : `${data.boutique} ታግዷል`,
          preheader: `ምክንያት፦ ${data.reason}`,
          heading: open ? `${data.boutique} ተከፍቷል` : `${data.boutique} ታግዷል`,
          greeting: greetingAm(data.display_name),
          paragraphs: [
            open
              ? `${data.boutique} ተከፍቷል፤ አሁን ሁሉም ሰው ሊያየው ይችላል።`
              : `${data.boutique} ታግዷል፤ ለሕዝብ አይታይም፣ እርስዎም ማንበብ እንጂ መለወጥ አይችሉም።`,
            `ምክንያት፦ ${data.reason}`,
          ],
          why: `ይህ መልእክት የደረሰዎት የ${data.boutique} ባለቤት ስለሆኑ ነው።`,
        };
      },
      inApp: (data) => ({
        title: data.status === "active" ? `${data.boutique} ተከፍቷል` : `${data.boutique} ታግዷል`,
        body: `ምክንያት፦ ${data.reason}`,
      }),
    },
  },
});
