#ifndef SONDE_RUNTIME_MAP_WATCH_H
#define SONDE_RUNTIME_MAP_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the kernel records of processes as they come and go: mappings of code, forks, programs
 * executed, ends. */
struct map_watch;

struct watch_event {
	enum { WATCH_MAP, WATCH_FORK, WATCH_EXEC, WATCH_END } kind;
	uint64_t time;                 /* monotonic clock */
	uint32_t pid;
	uint32_t parent;               /* WATCH_FORK */
	uint64_t start, len, offset;   /* WATCH_MAP */
	uint64_t dev, ino;
	char *path;                    /* WATCH_MAP; the event's own */
};
typedef void (*watch_fn)(void *ctx, const struct watch_event *e);

int map_watch_open(struct map_watch **ret_watch);      /* -errno */
/* Readable when there is much to drain; stays the watch's own. */
int map_watch_fd(const struct map_watch *w);
/* Calls each for everything new, in the order in which it happened. */
void map_watch_drain(struct map_watch *w, watch_fn each, void *ctx);
void map_watch_free(struct map_watch *w); /* NULL is fine */

#endif
