// @ts-check
/** How tests start Chromium. */

/**
 * What playwright's `chromium.launch` takes. `ensure-chromium.sh` says where the program is.
 * @param {...string} options further words of the command
 */
export const launchOptions = (...options) => ({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...options],
});
