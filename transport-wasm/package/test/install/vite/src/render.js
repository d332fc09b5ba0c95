/** A page that is rendered on a server. */
import { createClient, localStorageStore } from "fluxbase-client-keys";

const client = createClient({ url: "https://fluxbase.example.com", store: localStorageStore() });
process.stdout.write(`<p>${Object.keys(client).join(" ")}</p>`);
