import { describe, expect, it } from "vitest";
import { type RentalChangedData, rentalChanged } from "./rental-changed.ts";

const data: RentalChangedData = {
  display_name: "Selam",
  boutique: "Almaz Bridal",
  product: "Genet",
  size: "38",
  color: "ivory",
  branch: "Bole",
  old_product: "Genet",
  old_color: "ivory",
  first_day: "2027-06-04",
  last_day: "2027-06-06",
};

describe("the mail about another garment", () => {
  it("says that it is the same gown, or which one it is instead", () => {
    expect(rentalChanged(data).text).toContain("another piece of the same gown");
    const other = rentalChanged({ ...data, product: "Meskel", color: "" });
    expect(other.text).toContain("The Genet (ivory) that you reserved");
    expect(other.text).toContain("You get Meskel in the same size instead");
  });

  it("keeps markup and line breaks in names from becoming markup and headers", () => {
    const mail = rentalChanged({ ...data, display_name: "<script>", product: "Ge\r\nBcc: all@example.test" });
    expect(mail.html).not.toContain("<script>");
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });
});
