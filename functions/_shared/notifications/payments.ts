export const whyPaymentEn = (boutique: string): string =>
  `You get this mail because of an order, a rental or a fitting of yours at ${boutique}.`;
export const whyPaymentAm = (boutique: string): string =>
  `ይህ መልእክት የደረሰዎት በ${boutique} ስላለዎት ትዕዛዝ፣ ኪራይ ወይም የልብስ መለኪያ ቀጠሮ ነው።`;
