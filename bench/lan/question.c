#define _GNU_SOURCE
#include "question.h"
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

void die(const char *what) {
    perror(what);
    exit(1);
}

double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

int open_packets(const char *interface, const char *target, unsigned char mac[6]) {
    struct ifreq request = {0};
    int protocol = htons(strchr(target, ':') ? ETH_P_IPV6 : ETH_P_ARP);
    int sock = socket(AF_PACKET, SOCK_RAW, protocol);
    if (sock < 0) die("socket");
    strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    if (ioctl(sock, SIOCGIFINDEX, &request) < 0) die(interface);
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = protocol, .sll_ifindex = request.ifr_ifindex};
    if (ioctl(sock, SIOCGIFHWADDR, &request) < 0) die(interface);
    memcpy(mac, request.ifr_hwaddr.sa_data, 6);
    if (bind(sock, (void *)&address, sizeof address) < 0) die("bind");
    int size = 8 << 20;
    setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    return sock;
}

static size_t write_arp(unsigned char *frame, const unsigned char mac[6], const char *own, const char *target) {
    static const unsigned char header[] = {0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1};
    memset(frame, 0, ARP_FRAME);
    memset(frame, 0xff, 6);
    memcpy(frame + 6, mac, 6);
    memcpy(frame + 12, header, sizeof header);
    memcpy(frame + 22, mac, 6);
    inet_pton(AF_INET, own, frame + 28);
    inet_pton(AF_INET, target, frame + 38);
    return ARP_FRAME;
}

static size_t write_solicitation(
    unsigned char *frame, const unsigned char mac[6], const char *own, const char *target) {
    memset(frame, 0, ND_FRAME);
    inet_pton(AF_INET6, own, frame + 22);
    inet_pton(AF_INET6, target, frame + 62);
    /* RFC 4861 section 4.3: to the solicited-node group, with the source's link-layer address. */
    static const unsigned char group[] = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff};
    memcpy(frame + 38, group, sizeof group);
    memcpy(frame + 51, frame + 75, 3);
    static const unsigned char to[] = {0x33, 0x33, 0xff};
    memcpy(frame, to, sizeof to);
    memcpy(frame + 3, frame + 75, 3);
    memcpy(frame + 6, mac, 6);
    static const unsigned char header[] = {0x86, 0xdd, 0x60, 0, 0, 0, 0, 32, 58, 255};
    memcpy(frame + 12, header, sizeof header);
    frame[54] = 135;
    frame[78] = 1;
    frame[79] = 1;
    memcpy(frame + 80, mac, 6);
    seal_icmpv6(frame, ND_FRAME);
    return ND_FRAME;
}

size_t write_question(unsigned char *frame, const unsigned char mac[6], const char *own, const char *target) {
    return strchr(target, ':') ? write_solicitation(frame, mac, own, target) : write_arp(frame, mac, own, target);
}

void seal_icmpv6(unsigned char *frame, size_t length) {
    unsigned long sum = 58 + (length - 54);
    frame[56] = frame[57] = 0;
    for (size_t i = 22; i < length; i += 2) sum += frame[i] << 8 | frame[i + 1];
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    frame[56] = ~sum >> 8;
    frame[57] = ~sum;
}
