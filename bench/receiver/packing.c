/* UPDATEs of a table, as full as 4096 octets allow: the limit of the machine to compare with. */
#include "receiver.h"

#include <string.h>

enum { MESSAGE = 4096, UPDATE = 2 };

static void attributes_of(struct buffer *out, const struct expectation *with, unsigned set) {
  put(out, "\x40\x01\x01\x00", 4); /* ORIGIN IGP */
  put(out, "\x40\x02\x06\x02\x01", 5);
  put32(out, with->as);
  if (with->next_hop.version == 4) {
    put(out, "\x40\x03\x04", 3);
    put32(out, (uint32_t)(with->next_hop.bits >> 96));
  }
  if (set >= with->sets || with->set[set].count == 0) return;
  put(out, "\xc0\x08", 2);
  put8(out, 4 * with->set[set].count);
  for (unsigned i = 0; i < with->set[set].count; i++) put32(out, with->set[set].communities[i]);
}

static void mark(struct buffer *out, size_t at, size_t value) {
  out->data[at] = value >> 8;
  out->data[at + 1] = value;
}

static void put_bits(struct buffer *out, u128 bits, unsigned octets) {
  for (unsigned i = 0; i < octets; i++) put8(out, (unsigned)(bits >> (120 - 8 * i)));
}

/* One message of networks [from, to) of the block, as many as fit; returns where the next begins. */
static uint32_t message(struct buffer *out, const struct block *block, uint32_t from, uint32_t to,
                        const struct expectation *with) {
  struct buffer attributes = {0};
  const bool announce = with != NULL, mp = block->base.version == 6;
  if (announce) attributes_of(&attributes, with, block->set);
  size_t start = out->length, lengths, mp_length = 0, attributes_at = 0;
  memset(grow(out, HEADER), 0xff, 16);
  out->data[start + 18] = UPDATE;
  lengths = out->length;
  if (announce || mp) {
    put16(out, 0);
    attributes_at = out->length;
    put16(out, 0);
    if (mp) {
      put8(out, 0x90);
      put8(out, announce ? 14 : 15);
      mp_length = out->length;
      put16(out, 0);
      put(out, "\x00\x02\x01", 3);
      if (announce) {
        put8(out, 16);
        put_bits(out, with->next_hop.bits, 16);
        put8(out, 0);
      }
    } else put(out, attributes.data, attributes.length);
  } else put16(out, 0);
  const unsigned octets = (block->length + 7) / 8;
  const size_t after = announce ? (mp ? attributes.length : 0) : (mp ? 0 : 2);
  const size_t nlri = out->length;
  while (from < to && out->length - start + 1 + octets + after <= MESSAGE) {
    put8(out, block->length);
    put_bits(out, block->base.bits + ((u128)from << (128 - block->length)), octets);
    from++;
  }
  const size_t end = out->length;
  if (mp) {
    mark(out, mp_length, end - mp_length - 2);
    put(out, attributes.data, attributes.length);
    mark(out, attributes_at, out->length - attributes_at - 2);
  } else if (announce) mark(out, attributes_at, nlri - attributes_at - 2);
  else {
    mark(out, lengths, end - nlri);
    put16(out, 0);
  }
  mark(out, start + 16, out->length - start);
  free_buffer(&attributes);
  return from;
}

static unsigned pack(struct buffer *out, const struct table *table, uint32_t first, uint32_t count,
                     const struct expectation *with) {
  unsigned messages = 0;
  const uint32_t last = first + count;
  for (unsigned i = 0; i < table->count; i++) {
    const struct block *block = &table->blocks[i];
    uint32_t from = first > block->first ? first - block->first : 0;
    uint32_t to = last > block->first ? last - block->first : 0;
    if (to > block->count) to = block->count;
    for (; from < to; messages++) from = message(out, block, from, to, with);
  }
  return messages;
}

unsigned pack_announcements(struct buffer *out, const struct table *table, uint32_t first, uint32_t count,
                            const struct expectation *attributes) {
  return pack(out, table, first, count, attributes);
}

unsigned pack_withdrawals(struct buffer *out, const struct table *table, uint32_t first, uint32_t count) {
  return pack(out, table, first, count, NULL);
}
