//! The statements of the published reference, word for word.

pub(super) const LOGIN: &str = "\
const client = createClient({ url: 'http://localhost:8080' })
await client.auth.login({ email: 'user@example.com', password: 'password' })";

pub(super) const FIRST_CREATE: &str = "\
// Create a client key
const { client_key, key } = await client.management.clientKeys.create({
  name: 'Production Service',
  scopes: ['read:users', 'write:users'],
  rate_limit_per_minute: 100
})";

pub(super) const FIRST_LIST: &str = "\
// List client keys
const { client_keys } = await client.management.clientKeys.list()";

pub(super) const CREATE: &str = "\
const { client_key, key } = await client.management.clientKeys.create({
  name: 'Production Service',
  description: 'Client key for production service',
  scopes: ['read:users', 'write:users'],
  rate_limit_per_minute: 100,
  expires_at: '2025-12-31T23:59:59Z'
})
// Store the key securely - it won't be shown again
console.log('Client Key:', key)";

pub(super) const LIST: &str = "\
const { client_keys, total } = await client.management.clientKeys.list()
client_keys.forEach(key => {
  console.log(`${key.name}: ${key.key_prefix}... (expires: ${key.expires_at})`)
})";

pub(super) const GET: &str = "\
const clientKey = await client.management.clientKeys.get('key-uuid')
console.log('Last used:', clientKey.last_used_at)";

pub(super) const UPDATE: &str = "\
const updated = await client.management.clientKeys.update('key-uuid', {
  name: 'Updated Name',
  rate_limit_per_minute: 200
})";

pub(super) const REVOKE: &str = "\
await client.management.clientKeys.revoke('key-uuid')
console.log('Client key revoked')";

pub(super) const DELETE: &str = "\
await client.management.clientKeys.delete('key-uuid')
console.log('Client key deleted')";
