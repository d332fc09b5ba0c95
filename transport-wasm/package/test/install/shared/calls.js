// @ts-check
/** The program that each project runs: every call on client keys, and what came back. */
import { ClientKeysError, createClient } from "fluxbase-client-keys";

/** @typedef {import("fluxbase-client-keys").Credentials} Credentials */

/** @param {{ url: string, user: Credentials, admin: Credentials }} server */
export async function calls({ url, user, admin }) {
  const client = createClient({ url });
  const { user: signedIn } = await client.auth.login(user);
  const { clientKeys } = client.management;
  const created = await clientKeys.create({ name: "reports", scopes: ["tables:read"] });
  const { id } = created.client_key;

  // To users real servers do not list what they made themselves.
  const administrator = createClient({ url });
  await administrator.auth.adminLogin(admin);
  const listed = await administrator.management.clientKeys.list();

  const read = await clientKeys.get(id);
  const updated = await clientKeys.update(id, { name: "Updated Name" });
  const revoked = await clientKeys.revoke(id);
  const afterwards = await clientKeys.get(id);
  const deleted = await clientKeys.delete(id);
  const missing = await clientKeys.get(id).then(
    () => null,
    (error) => ({ isOurs: error instanceof ClientKeysError, kind: error.kind, status: error.status }),
  );
  return { signedIn, created, listed, read, updated, revoked, afterwards, deleted, missing };
}
