// Words that several messages share.
import { brand } from "./brand.ts";

export const greetingEn = (name: string): string => (name === "" ? "Hello," : `Dear ${name},`);
export const greetingAm = (name: string): string => (name === "" ? "ሰላም፣" : `ውድ ${name}፣`);

export const whyRentalEn = (boutique: string): string => `You get this mail because of your rental at ${boutique}.`;
export const whyRentalAm = (boutique: string): string => `ይህ መልእክት የደረሰዎት በ${boutique} ስላለዎት ኪራይ ነው።`;

export const whyReminderEn = "You get this mail because you have a rental and reminders are on.";
export const whyReminderAm = "ይህ መልእክት የደረሰዎት ኪራይ ስላለዎትና ማስታወሻዎች ስላልተዘጉ ነው።";

export const whyFittingEn = (boutique: string): string => `You get this mail because of your fitting at ${boutique}.`;
export const whyFittingAm = (boutique: string): string => `ይህ መልእክት የደረሰዎት በ${boutique} ስላለዎት የልብስ መለኪያ ቀጠሮ ነው።`;

export const whyFittingReminderEn = "You get this mail because you have a fitting and reminders are on.";
export const whyFittingReminderAm = "ይህ መልእክት የደረሰዎት የልብስ መለኪያ ቀጠሮ ስላለዎትና ማስታወሻዎች ስላልተዘጉ ነው።";

export const whyShowEn = (boutique: string): string => `You get this mail because you come to a show of ${boutique}.`;
export const whyShowAm = (boutique: string): string => `ይህ መልእክት የደረሰዎት በ${boutique} ትርዒት ስለተመዘገቡ ነው።`;

export const whyAccountEn = `You get this mail because of your account at ${brand}.`;
export const whyAccountAm = `ይህ መልእክት የደረሰዎት በ${brand} ስላለዎት መለያ ነው።`;

export const whyReviewEn = "You get this mail because you have written a review.";
export const whyReviewAm = "ይህ መልእክት የደረሰዎት አስተያየት ስለጻፉ ነው።";

export const whyTryonEn = "You get this mail because you have asked to see yourself in a gown.";
export const whyTryonAm = "ይህ መልእክት የደረሰዎት ራስዎን በቀሚስ ለማየት ስለጠየቁ ነው።";
