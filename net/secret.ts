/** Keeps a secret out of logs, JSON and error messages by having no readable form; `reveal` is the one door. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  equals(other: Secret | undefined): boolean {
    return other !== undefined && other.#text === this.#text
  }

  toString(): string {
    return '(secret)'
  }

  toJSON(): string {
    return '(secret)'
  }
}
