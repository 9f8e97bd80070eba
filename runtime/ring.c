#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "builtins/builtin.h"
#include "runtime/run_priv.h"

/* Room is given back to the programs after this many records. */
enum { RECORDS_A_RELEASE = 32 };

int ring_map(struct ring *r, int fd, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *producer;

	r->consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r->consumer == MAP_FAILED) {
		r->consumer = NULL;
		return -errno;
	}
	/* One page with the producer's position, then the data twice, so that no record is cut. */
	producer = mmap(NULL, page + 2 * size, PROT_READ, MAP_SHARED, fd, (off_t)page);
	if (producer == MAP_FAILED) {
		int err = -errno;

		munmap(r->consumer, page);
		r->consumer = NULL;
		return err;
	}
	r->producer = (const uint64_t *)(void *)producer;
	r->data = producer + page;
	r->size = size;
	r->fd = fd;
	return 0;
}

void ring_unmap(struct ring *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!r->consumer)
		return;
	munmap(r->consumer, page);
	munmap((void *)r->producer, page + 2 * r->size);
	r->consumer = NULL;
}

size_t ring_pending(const struct ring *r)
{
	return (size_t)(__atomic_load_n(r->producer, __ATOMIC_ACQUIRE) - *r->consumer);
}

static void hand_on(struct run *run, const char *record)
{
	uint32_t id = *(const uint32_t *)(const void *)record;
	const struct event_desc *e;

	if (id >= run->plan->n_events) {
		run_complain(run, true, "event %u is unknown", id);
		return;
	}
	e = run->plan->events[id];
	e->from->handle(run, e, record + sizeof(uint64_t));
}

/* Records have 8 bytes in front (length with two flags, page number) and are padded to 8. */
size_t ring_drain(struct run *run, size_t budget)
{
	struct ring *r = &run->ring;
	uint64_t at = *r->consumer, end = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
	size_t n = 0;

	while (n < budget) {
		const char *record = r->data + (at & (r->size - 1));
		uint32_t len;

		if (at == end) {
			/* The position is published before it is compared, so that a program that comes
			 * later sees an empty ring and wakes the reader. */
			__atomic_store_n(r->consumer, at, __ATOMIC_SEQ_CST);
			end = __atomic_load_n(r->producer, __ATOMIC_SEQ_CST);
			if (at == end)
				break;
		}
		len = __atomic_load_n((const uint32_t *)(const void *)record, __ATOMIC_ACQUIRE);
		if (len & BPF_RINGBUF_BUSY_BIT)
			break;
		if (!(len & BPF_RINGBUF_DISCARD_BIT)) {
			hand_on(run, record + BPF_RINGBUF_HDR_SZ);
			n++;
		}
		len &= ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		at += (len + BPF_RINGBUF_HDR_SZ + 7) & ~7u;
		if (n % RECORDS_A_RELEASE == 0)
			__atomic_store_n(r->consumer, at, __ATOMIC_RELEASE);
	}
	__atomic_store_n(r->consumer, at, __ATOMIC_SEQ_CST);
	return n;
}
