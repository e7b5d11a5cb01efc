/*
 * A client on a LAN, as measurements need one: it asks who has an IPv4 address, by ARP.
 *   latency IFACE OWN TARGET COUNT GAP_US   one question after another; microseconds to the answer
 *   flood IFACE OWN TARGET RATE SECONDS     questions at a rate; how many are answered
 *   gaps IFACE OWN TARGET SECONDS           a question every millisecond; times without an answer, until SECONDS or SIGTERM
 * Prints one JSON object. Times are CLOCK_MONOTONIC.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 42, OPERATION = 21, SENDER_IP = 28, TARGET_IP = 38 };

static int sock;
static unsigned char question[FRAME];
static volatile sig_atomic_t stopped;

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void open_interface(const char *name, const char *own, const char *target) {
    struct ifreq request = {0};
    sock = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ARP));
    if (sock < 0) die("socket");
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(sock, SIOCGIFINDEX, &request) < 0) die(name);
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = request.ifr_ifindex};
    if (ioctl(sock, SIOCGIFHWADDR, &request) < 0) die(name);
    if (bind(sock, (void *)&address, sizeof address) < 0) die("bind");
    int size = 8 << 20;
    setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    static const unsigned char header[] = {0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1};
    memset(question, 0xff, 6);
    memcpy(question + 6, request.ifr_hwaddr.sa_data, 6);
    memcpy(question + 12, header, sizeof header);
    memcpy(question + 22, request.ifr_hwaddr.sa_data, 6);
    inet_pton(AF_INET, own, question + SENDER_IP);
    inet_pton(AF_INET, target, question + TARGET_IP);
}

static void ask(void) {
    if (send(sock, question, FRAME, 0) < 0 && !stopped) usleep(10);
}

/* Whether the next frame is an answer; waits for at most so many microseconds for one. */
static int answered(double until) {
    unsigned char frame[128];
    for (;;) {
        double left = until - now_us();
        struct pollfd ready = {sock, POLLIN, 0};
        struct timespec wait = {0, left > 0 ? (long)(left * 1e3) % 1000000000L : 0};
        if (left > 1e6) wait = (struct timespec){(long)(left / 1e6), 0};
        if (ppoll(&ready, 1, &wait, NULL) <= 0) return 0;
        ssize_t size = recv(sock, frame, sizeof frame, MSG_DONTWAIT);
        if (size >= FRAME && frame[OPERATION] == 2 && memcmp(frame + SENDER_IP, question + TARGET_IP, 4) == 0 &&
            memcmp(frame + TARGET_IP, question + SENDER_IP, 4) == 0)
            return 1;
    }
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void latency(int count, int gap) {
    double *times = malloc(count * sizeof *times);
    int lost = 0, got = 0;
    for (int i = 0; i < count && !stopped; i++) {
        double start = now_us();
        ask();
        if (answered(start + 1e5)) times[got++] = now_us() - start;
        else lost++;
        if (gap > 0) usleep(gap);
    }
    qsort(times, got, sizeof *times, by_size);
    double at[] = {0.5, 0.9, 0.99, 0.999};
    printf("{\"count\":%d,\"lost\":%d", got, lost);
    for (int i = 0; i < 4; i++) printf(",\"p%g\":%.1f", at[i] * 100, got ? times[(int)(got * at[i])] : 0);
    printf(",\"max\":%.1f}\n", got ? times[got - 1] : 0);
}

static void flood(double rate, double seconds) {
    long asked = 0, got = 0;
    double start = now_us(), end = start + seconds * 1e6;
    for (double now = start; now < end && !stopped; now = now_us()) {
        for (long due = (long)((now - start) * rate / 1e6); asked < due; asked++) {
            ask();
            if ((asked & 15) == 0) while (answered(0)) got++;
        }
        while (answered(0)) got++;
    }
    while (answered(now_us() + 3e5)) got++;
    printf("{\"asked\":%ld,\"answered\":%ld,\"seconds\":%.3f}\n", asked, got, seconds);
}

static void gaps(double seconds) {
    double start = now_us(), last = 0;
    int first = 1, printed = 0;
    long asked = 0, got = 0;
    printf("{\"gaps\":[");
    for (double next = start; next < start + seconds * 1e6 && !stopped; next += 1000) {
        ask();
        asked++;
        while (answered(next + 1000)) {
            double now = now_us();
            got++;
            if (!first && now - last > 5000) {
                printf("%s{\"at\":%.0f,\"ms\":%.1f}", printed++ ? "," : "", last, (now - last) / 1e3);
            }
            first = 0;
            last = now;
        }
    }
    printf("],\"asked\":%ld,\"answered\":%ld}\n", asked, got);
}

int main(int count, char **words) {
    if (count < 6) {
        fprintf(stderr, "usage: client latency|flood|gaps IFACE OWN TARGET ...\n");
        return 2;
    }
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    open_interface(words[2], words[3], words[4]);
    if (strcmp(words[1], "latency") == 0 && count > 6) latency(atoi(words[5]), atoi(words[6]));
    else if (strcmp(words[1], "flood") == 0 && count > 6) flood(atof(words[5]), atof(words[6]));
    else if (strcmp(words[1], "gaps") == 0) gaps(atof(words[5]));
    else return 2;
    return 0;
}
