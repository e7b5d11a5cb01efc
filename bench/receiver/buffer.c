#include "receiver.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t *grow(struct buffer *buffer, size_t octets) {
  if (buffer->length + octets > buffer->capacity) {
    buffer->capacity = (buffer->length + octets) * 2;
    buffer->data = realloc(buffer->data, buffer->capacity);
    if (buffer->data == NULL) {
      fprintf(stderr, "out of memory\n");
      exit(1);
    }
  }
  uint8_t *at = buffer->data + buffer->length;
  buffer->length += octets;
  return at;
}

void free_buffer(struct buffer *buffer) {
  free(buffer->data);
  *buffer = (struct buffer){0};
}

void put(struct buffer *buffer, const void *data, size_t octets) { memcpy(grow(buffer, octets), data, octets); }

void put8(struct buffer *buffer, unsigned value) { *grow(buffer, 1) = value; }

void put16(struct buffer *buffer, unsigned value) {
  put8(buffer, value >> 8);
  put8(buffer, value);
}

void put32(struct buffer *buffer, uint32_t value) {
  put16(buffer, value >> 16);
  put16(buffer, value);
}

bool parse_address(const char *text, struct address *address) {
  uint8_t octets[16] = {0};
  if (inet_pton(AF_INET, text, octets) == 1) address->version = 4;
  else if (inet_pton(AF_INET6, text, octets) == 1) address->version = 6;
  else return false;
  address->bits = 0;
  for (int i = 0; i < 16; i++) address->bits = address->bits << 8 | octets[i];
  return true;
}
