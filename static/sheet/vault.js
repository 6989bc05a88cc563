// What lies in the browser's store is locked with the signed-in person's key, which only her pages bring: whoever
// sits at the computer next reads nothing, and a cell moved under another name does not open.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const IV_BYTES = 12; // as AES-GCM wants it; a new one for every text

const bytesOf = (letters) =>
  Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

export class Vault {
  #key;

  /** @param {string} letters the key of `GET /api/v1/session`: 256 bits in base64url */
  static async open(letters) {
    const vault = new Vault();
    vault.#key = await crypto.subtle.importKey("raw", bytesOf(letters), "AES-GCM", false, ["encrypt", "decrypt"]);
    return vault;
  }

  /** Lock a value; `name` is where it lies, and it opens nowhere else. */
  async seal(name, value) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const how = { name: "AES-GCM", iv, additionalData: encoder.encode(name) };
    const sealed = await crypto.subtle.encrypt(how, this.#key, encoder.encode(JSON.stringify(value)));
    return { iv, sealed };
  }

  /** The value, or null where the key is another (the server's secret has changed since). */
  async read(name, { iv, sealed }) {
    try {
      const how = { name: "AES-GCM", iv, additionalData: encoder.encode(name) };
      return JSON.parse(decoder.decode(await crypto.subtle.decrypt(how, this.#key, sealed)));
    } catch {
      return null;
    }
  }
}
