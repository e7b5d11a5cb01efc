import type { YAMLError } from 'yaml'

/** What YAML calls an error, in words for whoever edits the file; exhaustive, so that a new code needs its line. */
const messages: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias (*name) stands alone; remove the anchor or tag beside it',
  BAD_ALIAS: 'an alias is * and the name of an anchor; quote the text if it only begins with *',
  BAD_COLLECTION_TYPE: 'the tag does not fit what follows it; remove the tag',
  BAD_DIRECTIVE: 'a line that begins with % is a directive, and this one is unknown; remove it',
  BAD_DQ_ESCAPE: 'unknown escape in double quotes; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'does not line up; indent it like the lines beside it, and close every [ and { of this value',
  BAD_PROP_ORDER: 'an anchor or tag stands before its value, after the - or the key',
  BAD_SCALAR_START: 'text cannot begin with this character; quote it',
  BLOCK_AS_IMPLICIT_KEY:
    'a second key on one line, or text with a colon; quote the text, or put the key on a line of its own',
  BLOCK_IN_FLOW: 'a block cannot stand inside [ ] or { }; write it on one line with commas',
  DUPLICATE_KEY: 'this key is given twice; remove one',
  IMPOSSIBLE: 'this cannot be read as YAML; look for a stray character',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters; look for a missing quote or bracket',
  MISSING_CHAR: 'a quote, bracket, comma or space is missing here or before',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines; look for a missing colon or quote before',
  MULTIPLE_ANCHORS: 'a value has one anchor (&name); remove the others',
  MULTIPLE_DOCS: 'a second document begins here (---); one file is one document, split it or remove the ---',
  MULTIPLE_TAGS: 'a value has one tag; remove the others',
  NON_STRING_KEY: 'a key is plain text; quote it',
  RESOURCE_EXHAUSTION: 'nested too deeply to be read; look for a stray [ or {',
  TAB_AS_INDENT: 'indented with a tab; YAML wants spaces',
  TAG_RESOLVE_FAILED: 'an unknown tag (!name); remove it, or quote the text if it only begins with !',
  UNEXPECTED_TOKEN:
    'not expected here; look for wrong indentation or a missing quote, comma or bracket before',
}

export function syntaxMessage(error: Pick<YAMLError, 'code'>): string {
  return messages[error.code]
}
