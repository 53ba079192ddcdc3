/** The name that messages speak in. supabase/templates has it too. */
export const brand = "Nexus";
