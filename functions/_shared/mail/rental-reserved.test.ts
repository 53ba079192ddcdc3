import { describe, expect, it } from "vitest";
import { type RentalReservedData, rentalReserved } from "./rental-reserved.ts";

const data: RentalReservedData = {
  display_name: "Selam",
  boutique: "Almaz Bridal",
  timezone: "Africa/Addis_Ababa",
  product: "Genet",
  size: "38",
  first_day: "2027-06-04",
  last_day: "2027-06-06",
  held_until: new Date("2026-11-22T12:15:00Z"),
  state: "held",
  price: "540000",
  deposit: 900_000,
  currency: "ETB",
};

describe("the confirmation of a reservation", () => {
  it("says until when the gown is held, in the boutique's time", () => {
    expect(rentalReserved(data).text).toContain("until Sunday, 22 November 2026 at 15:15");
  });

  it("says nothing of a hold once the rental is firm", () => {
    expect(rentalReserved({ ...data, state: "reserved" }).text).not.toContain("hold");
  });

  it("keeps markup and line breaks in names from becoming markup and headers", () => {
    const mail = rentalReserved({ ...data, display_name: "<script>", product: 'Ge"net\r\nBcc: all@example.test' });
    expect(mail.html).not.toContain("<script>");
    expect(mail.html).toContain("&lt;script&gt;");
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });
});
