/* What is expected, and what is there: a bit for each prefix and session. */
#include "receiver.h"

#include <stdlib.h>
#include <string.h>

static int by_address(const void *a, const void *b) {
  const struct block *one = a, *other = b;
  if (one->base.version != other->base.version) return one->base.version - other->base.version;
  if (one->base.bits == other->base.bits) return 0;
  return one->base.bits < other->base.bits ? -1 : 1;
}

bool table_add(struct table *table, const char *base, unsigned length, uint32_t count, unsigned set) {
  struct block block = {.length = length, .count = count, .first = table->prefixes, .set = set};
  if (!parse_address(base, &block.base) || length < 1 || length > (block.base.version == 4 ? 32 : 128)) return false;
  table->blocks = realloc(table->blocks, (table->count + 1) * sizeof block);
  table->blocks[table->count++] = block;
  table->prefixes += count;
  qsort(table->blocks, table->count, sizeof block, by_address);
  return true;
}

void presence_reset(struct presence *presence, const struct table *table) {
  size_t octets = ((size_t)table->prefixes / 64 + 1) * 8;
  uint64_t *bits = presence->bits == NULL ? malloc(octets) : presence->bits;
  memset(bits, 0, octets);
  *presence = (struct presence){.bits = bits};
}

/* The block of which this network may be one; the last that begins at or before it. */
static const struct block *find(const struct table *table, int version, u128 bits) {
  unsigned low = 0, high = table->count;
  while (low < high) {
    unsigned middle = (low + high) / 2;
    const struct block *block = &table->blocks[middle];
    bool after = block->base.version != version ? block->base.version > version : block->base.bits > bits;
    if (after) high = middle;
    else low = middle + 1;
  }
  return low == 0 || table->blocks[low - 1].base.version != version ? NULL : &table->blocks[low - 1];
}

static void set_range(struct presence *presence, uint32_t first, uint32_t count, bool announce) {
  uint32_t changed = 0;
  for (uint64_t at = first, end = (uint64_t)first + count; at < end;) {
    unsigned shift = at & 63;
    uint64_t width = 64 - shift < end - at ? 64 - shift : end - at;
    uint64_t mask = (width == 64 ? ~0ULL : (1ULL << width) - 1) << shift;
    uint64_t *word = &presence->bits[at >> 6];
    changed += __builtin_popcountll(announce ? mask & ~*word : mask & *word);
    if (announce) *word |= mask;
    else *word &= ~mask;
    at += width;
  }
  presence->duplicates += count - changed;
  if (announce) presence->present += changed;
  else presence->present -= changed;
}

static uint32_t load32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return __builtin_bswap32(value);
}

/* How many of the next NLRI are host routes (IPv4) that follow each other from `address` on: most of a table is. */
static uint32_t host_run(const uint8_t *at, const uint8_t *end, uint32_t address, uint32_t most) {
  uint32_t run = 0;
  while (run < most && end - at >= 5 && at[0] == 32 && load32(at + 1) == address + run) {
    run++;
    at += 5;
  }
  return run;
}

void presence_nlri(struct presence *presence, const struct table *table, int version, const uint8_t *at,
                   const uint8_t *end, bool announce, int set) {
  const unsigned bits = version == 4 ? 32 : 128;
  while (at < end) {
    unsigned length = at[0], octets = (length + 7) / 8;
    if (length > bits || end - at < 1 + (long)octets) {
      presence->unknown++;
      return;
    }
    u128 value = 0;
    if (octets == 4) value = (u128)load32(at + 1) << 96;
    else
      for (unsigned i = 0; i < octets; i++) value |= (u128)at[1 + i] << (120 - 8 * i);
    at += 1 + octets;
    const struct block *block = find(table, version, value);
    uint64_t index = 0;
    if (block != NULL) {
      u128 distance = value - block->base.bits;
      index = (uint64_t)(distance >> (128 - length));
      if (block->length != length || index >= block->count || (u128)index << (128 - length) != distance) block = NULL;
    }
    if (block == NULL) {
      presence->unknown++;
      continue;
    }
    uint32_t run = 1;
    if (version == 4 && length == 32) {
      run += host_run(at, end, (uint32_t)(value >> 96) + 1, block->count - index - 1);
      at += 5 * (run - 1);
    }
    set_range(presence, block->first + index, run, announce);
    if (announce) {
      presence->announced += run;
      if (set != (int)block->set) presence->wrong += run;
    } else presence->withdrawn += run;
  }
}
