/** What `shared/names_for_readers.js`, a classic script, gives those after it. */
interface Window {
  nameForReaders(whole: HTMLElement, missing: [string, string, string][], nameOthers: () => void): void;
}
