#include "runtime/map_watch.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/host.h"
#include "base/vec.h"

/* A perf event that counts nothing and records mappings, one for each CPU. */
enum { RING_PAGES = 32, MAX_RECORD = 1 << 16 };

struct ring {
	int fd;
	struct perf_event_mmap_page *page;
};

struct map_watch {
	VEC(struct ring) rings;
	VEC(struct watch_event) events;
	size_t page_size;
	int epoll_fd;
	char *record;                  /* one that wraps around, in one piece */
};

/* Behind each record (sample_id_all). */
struct sample_id {
	uint32_t pid, tid;
	uint64_t time;
};

struct map_record {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t start, len, offset;
	uint32_t major, minor;
	uint64_t ino, generation;
	uint32_t prot, flags;
	char path[];
};

struct task_record {
	struct perf_event_header header;
	uint32_t pid, ppid, tid, ptid;
	uint64_t time;
};

struct comm_record {
	struct perf_event_header header;
	uint32_t pid, tid;
};

static int open_ring(struct map_watch *w, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_DUMMY, .size = sizeof(attr),
		.mmap = 1, .mmap2 = 1, .comm = 1, .comm_exec = 1, .task = 1,
		.sample_id_all = 1, .sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
		.watermark = 1, .wakeup_watermark = RING_PAGES * w->page_size / 2,
		.use_clockid = 1, .clockid = CLOCK_MONOTONIC,
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	struct epoll_event wanted = { .events = EPOLLIN };
	void *page;
	int err;

	if (fd < 0)
		return -errno;
	page = mmap(NULL, (1 + RING_PAGES) * w->page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		err = -errno;
		close(fd);
		return err;
	}
	vec_push(&w->rings, (struct ring){ fd, page });
	return epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, fd, &wanted) ? -errno : 0;
}

int map_watch_open(struct map_watch **ret_watch)
{
	struct map_watch *w = xcalloc(1, sizeof(*w));
	int *cpus = NULL, n, err = 0;

	w->page_size = sysconf(_SC_PAGESIZE);
	w->record = xmalloc(MAX_RECORD);
	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	n = w->epoll_fd < 0 ? -errno : host_online_cpus(&cpus);
	if (n < 0)
		err = n;
	for (int i = 0; i < n && !err; i++)
		err = open_ring(w, cpus[i]);
	free(cpus);
	if (err)
		map_watch_free(w);
	else
		*ret_watch = w;
	return err;
}

int map_watch_fd(const struct map_watch *w)
{
	return w->epoll_fd;
}

/* A record as the event it is; false when it is of another kind. */
static bool read_record(const struct perf_event_header *h, struct watch_event *e)
{
	const struct map_record *m = (const void *)h;
	const struct task_record *t = (const void *)h;
	const struct comm_record *c = (const void *)h;
	struct sample_id id;

	if (h->size < sizeof(*h) + sizeof(id))
		return false;
	memcpy(&id, (const char *)h + h->size - sizeof(id), sizeof(id));
	*e = (struct watch_event){ .time = id.time };
	switch (h->type) {
	case PERF_RECORD_MMAP2:
		e->kind = WATCH_MAP;
		e->pid = m->pid;
		e->start = m->start;
		e->len = m->len;
		e->offset = m->offset;
		e->dev = makedev(m->major, m->minor);
		e->ino = m->ino;
		e->path = strndup(m->path, h->size - sizeof(id) - offsetof(struct map_record, path));
		return e->path != NULL;
	case PERF_RECORD_FORK:
		e->kind = WATCH_FORK;
		e->pid = t->pid;
		e->parent = t->ppid;
		return t->pid != t->ppid; /* else a thread */
	case PERF_RECORD_EXIT:
		e->kind = WATCH_END;
		e->pid = t->pid;
		return t->pid == t->tid;
	case PERF_RECORD_COMM:
		e->kind = WATCH_EXEC;
		e->pid = c->pid;
		return h->misc & PERF_RECORD_MISC_COMM_EXEC;
	default:
		return false;
	}
}

static void read_ring(struct map_watch *w, struct ring *r)
{
	uint64_t size = RING_PAGES * w->page_size, head, tail = r->page->data_tail;
	char *data = (char *)r->page + w->page_size;

	head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
	while (tail < head) {
		size_t at = tail % size;
		struct perf_event_header *h = (struct perf_event_header *)(data + at);
		struct watch_event e;
		uint16_t len = h->size;

		if (len < sizeof(*h))
			break;
		if (at + len > size) {
			memcpy(w->record, data + at, size - at);
			memcpy(w->record + (size - at), data, len - (size - at));
			h = (struct perf_event_header *)w->record;
		}
		if (read_record(h, &e))
			vec_push(&w->events, e);
		tail += len;
	}
	__atomic_store_n(&r->page->data_tail, head, __ATOMIC_RELEASE);
}

static int compare_times(const void *left, const void *right)
{
	const struct watch_event *a = left, *b = right;

	return (a->time > b->time) - (a->time < b->time);
}

void map_watch_drain(struct map_watch *w, watch_fn each, void *ctx)
{
	for (size_t i = 0; i < w->rings.n; i++)
		read_ring(w, &w->rings.v[i]);
	if (!w->events.n)
		return;
	qsort(w->events.v, w->events.n, sizeof(*w->events.v), compare_times);
	for (size_t i = 0; i < w->events.n; i++) {
		each(ctx, &w->events.v[i]);
		free(w->events.v[i].path);
	}
	w->events.n = 0;
}

void map_watch_free(struct map_watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->rings.n; i++) {
		munmap(w->rings.v[i].page, (1 + RING_PAGES) * w->page_size);
		close(w->rings.v[i].fd);
	}
	if (w->epoll_fd >= 0)
		close(w->epoll_fd);
	vec_done(&w->rings);
	vec_done(&w->events);
	free(w->record);
	free(w);
}
