/* Whether an UPDATE's path attributes are one of the expected sets (RFC 4271 §4.3, RFC 4760 §3). */
#include "receiver.h"

#include <string.h>

enum { ORIGIN = 1, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, COMMUNITIES = 8, MP_REACH = 14, MP_UNREACH = 15 };
enum { AS_SEQUENCE = 2, AS_TRANS = 23456 };

static uint32_t number(const uint8_t *at, unsigned octets) {
  uint32_t value = 0;
  while (octets-- > 0) value = value << 8 | *at++;
  return value;
}

static bool is_address(const struct address *address, const uint8_t *at) {
  unsigned octets = address->version == 4 ? 4 : 16;
  u128 bits = 0;
  for (unsigned i = 0; i < octets; i++) bits |= (u128)at[i] << (120 - 8 * i);
  return bits == address->bits;
}

static bool is_as(uint32_t as, const uint8_t *at, unsigned length, bool four_octets) {
  unsigned each = four_octets ? 4 : 2;
  uint32_t seen = four_octets || as < 65536 ? as : AS_TRANS;
  return length == 2 + each && at[0] == AS_SEQUENCE && at[1] == 1 && number(at + 2, each) == seen;
}

static int find_set(const struct expectation *expectation, const uint8_t *at, unsigned length) {
  for (unsigned set = 0; set < expectation->sets; set++) {
    unsigned count = expectation->set[set].count;
    if (count * 4 != length) continue;
    unsigned same = 0;
    while (same < count && number(at + 4 * same, 4) == expectation->set[set].communities[same]) same++;
    if (same == count) return (int)set;
  }
  return -1;
}

/* Values begin with AFI and SAFI; false when they are not unicast of a family that is known. */
static bool family(const uint8_t *value, unsigned length, struct reach *reach) {
  if (length < 3 || value[0] != 0 || value[2] != 1 || (value[1] != 1 && value[1] != 2)) return false;
  reach->version = value[1] == 1 ? 4 : 6;
  return true;
}

void read_attributes(const struct expectation *expectation, const uint8_t *at, const uint8_t *end,
                     bool four_octets, struct attributes *result) {
  memset(result, 0, sizeof *result);
  bool origin = false, path = false, hop = false, right = true;
  const uint8_t *communities = NULL;
  unsigned communities_length = 0;
  while (end - at >= 3) {
    unsigned flags = at[0], type = at[1], length = at[2];
    at += 3;
    if (flags & 0x10 && at < end) length = length << 8 | *at++;
    if (end - at < (long)length) break;
    switch (type) {
      case ORIGIN: origin = length == 1 && at[0] <= 2; break;
      case AS_PATH: path = is_as(expectation->as, at, length, four_octets); break;
      case NEXT_HOP: hop = length == 4 && is_address(&expectation->next_hop, at); break;
      case LOCAL_PREF: right = false; break; /* §5.1.5: not to an external peer */
      case COMMUNITIES:
        communities = at;
        communities_length = length;
        break;
      case MP_REACH:
        if (family(at, length, &result->reached) && length >= 5 && 5u + at[3] <= length) {
          hop = is_address(&expectation->next_hop, at + 4);
          result->reached.nlri = at + 5 + at[3];
          result->reached.end = at + length;
        } else right = false;
        break;
      case MP_UNREACH:
        if (family(at, length, &result->unreached)) {
          result->unreached.nlri = at + 3;
          result->unreached.end = at + length;
        } else right = false;
        break;
      default: break;
    }
    at += length;
  }
  right = right && at == end && origin && path && hop;
  result->set = right ? find_set(expectation, communities, communities_length) : -1;
}
