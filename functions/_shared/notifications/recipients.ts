import type { Sql } from "postgres";

/** Somebody who is to be told, with the addresses that she has at this moment. */
export interface Recipient {
  /** Null for somebody without an account, who is reached by mail alone. */
  readonly userId: string | null;
  readonly email: string | null;
  /** Number for SMS, in E.164 form; null without consent. */
  readonly phone: string | null;
  /** BCP 47 tag. */
  readonly locale: string;
  /** Empty when she has given none. */
  readonly displayName: string;
}

/** The accounts of these ids, by id; those that are gone are left out. */
export async function accounts(sql: Sql, userIds: readonly (string | null | undefined)[]): Promise<Recipient[]> {
  const ids = userIds.filter((id) => id !== null && id !== undefined);
  return sql<Recipient[]>`
    select p.id as "userId", u.email, case when s.sms_consent then p.phone end as phone, p.locale, p.display_name as "displayName"
    from public.profiles p
    join auth.users u on u.id = p.id
    left join public.notification_settings s on s.user_id = p.id
    where p.id = any (${ids}::uuid[])
    order by p.id`;
}

/** The members of a boutique who have a permission. */
export async function membersWith(sql: Sql, permission: string, boutiqueId: string | undefined): Promise<Recipient[]> {
  const members = await sql<{ user_id: string }[]>`
    select user_id from public.boutique_members
    where boutique_id = ${boutiqueId ?? null} and role >= private.minimum_role(${permission})`;
  return accounts(
    sql,
    members.map(({ user_id }) => user_id),
  );
}

/** The customer of a fitting; nobody for a walk-in, and when she has deleted her account. */
export async function customerOfFitting(sql: Sql, appointmentId: string): Promise<Recipient[]> {
  const [appointment] = await sql<{ customer_id: string | null }[]>`
    select customer_id from public.appointments where id = ${appointmentId}`;
  return accounts(sql, [appointment?.customer_id]);
}

/** The customer of a rental; nobody when she has deleted her account. */
export async function customerOfRental(sql: Sql, rentalId: string): Promise<Recipient[]> {
  const [rental] = await sql<{ customer_id: string | null }[]>`
    select customer_id from public.rentals where id = ${rentalId}`;
  return accounts(sql, [rental?.customer_id]);
}
