const SECRET = /^E2B_|^SUPABASE_|^DATABASE_URL$|KEY|TOKEN|SECRET|PASSWORD/;

/** Tells whether a variable of this name may hold a secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}
