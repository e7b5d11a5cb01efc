/*
 * A client on a LAN, as measurements need one: it asks who has an address, by ARP or by Neighbor Solicitation.
 *   ask latency IFACE OWN TARGET COUNT GAP_US   one question after another; microseconds to the answer, as JSON
 *   ask flood IFACE OWN TARGET RATE SECONDS     questions at a rate; how many are answered, as JSON
 */
#define _GNU_SOURCE
#include "question.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int sock;
static unsigned char question[LONGEST], mac[6];
static size_t size;

static void ask(void) {
    if (send(sock, question, size, 0) < 0) usleep(10);
}

static int is_answer(const unsigned char *frame, ssize_t length) {
    if (memcmp(frame, mac, 6) != 0) return 0;
    if (question[12] == 0x08)
        return length >= ARP_FRAME && frame[21] == 2 && memcmp(frame + 28, question + 38, 4) == 0;
    return length >= ND_FRAME && frame[20] == 58 && frame[54] == 136 && memcmp(frame + 62, question + 62, 16) == 0;
}

/* Whether an answer comes before a moment of now_us. */
static int answered(double until) {
    unsigned char frame[LONGEST];
    for (;;) {
        ssize_t length = recv(sock, frame, sizeof frame, MSG_DONTWAIT);
        if (length >= 0) {
            if (is_answer(frame, length)) return 1;
            continue;
        }
        double left = until - now_us();
        if (left <= 0) return 0;
        struct pollfd ready = {sock, POLLIN, 0};
        struct timespec wait = {(time_t)(left / 1e6), (long)(left * 1e3) % 1000000000L};
        if (ppoll(&ready, 1, &wait, NULL) <= 0) return 0;
    }
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void latency(int count, int gap) {
    double *times = malloc(count * sizeof *times);
    int lost = 0, got = 0;
    if (times == NULL) die("malloc");
    for (int i = 0; i < count; i++) {
        double start = now_us();
        ask();
        if (answered(start + 1e5)) times[got++] = now_us() - start;
        else lost++;
        if (gap > 0) usleep(gap);
    }
    qsort(times, got, sizeof *times, by_size);
    double at[] = {0.5, 0.9, 0.99, 0.999};
    const char *names[] = {"p50", "p90", "p99", "p999"};
    printf("{\"count\":%d,\"lost\":%d", got, lost);
    for (int i = 0; i < 4; i++) printf(",\"%s\":%.1f", names[i], got ? times[(int)(got * at[i])] : 0);
    printf(",\"max\":%.1f}\n", got ? times[got - 1] : 0);
}

static void flood(double rate, double seconds) {
    long asked = 0, got = 0;
    double start = now_us(), end = start + seconds * 1e6;
    for (double now = start; now < end; now = now_us()) {
        for (long due = (long)((now - start) * rate / 1e6); asked < due; asked++) {
            ask();
            if ((asked & 15) == 0) while (answered(0)) got++;
        }
        while (answered(0)) got++;
    }
    double took = (now_us() - start) / 1e6;
    while (answered(now_us() + 3e5)) got++;
    printf("{\"asked\":%ld,\"answered\":%ld,\"seconds\":%.3f}\n", asked, got, took);
}

int main(int count, char **words) {
    if (count != 7) {
        fprintf(stderr, "usage: ask latency IFACE OWN TARGET COUNT GAP_US | flood IFACE OWN TARGET RATE SECONDS\n");
        return 2;
    }
    sock = open_packets(words[2], words[4], mac);
    size = write_question(question, mac, words[3], words[4]);
    if (strcmp(words[1], "latency") == 0) latency(atoi(words[5]), atoi(words[6]));
    else if (strcmp(words[1], "flood") == 0) flood(atof(words[5]), atof(words[6]));
    else return 2;
    return 0;
}
