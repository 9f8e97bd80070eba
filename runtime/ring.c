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
/* The length in the head of a record. */
enum { LENGTH = (uint32_t)~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT) };

/* Bytes of data mapped at a time: a mapped page costs time and counts as used, so a script with few
 * events maps little. */
enum { MAP_STEP = 256 * 1024 };

int ring_map(struct ring *r, int fd, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	void *producer = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, (off_t)page);
	/* Room for the data twice, so that no record is cut. */
	void *data =
		mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*r = (struct ring){
		.fd = fd,
		.size = size,
		.consumer = consumer == MAP_FAILED ? NULL : consumer,
		.producer = producer == MAP_FAILED ? NULL : producer,
		.data = data == MAP_FAILED ? NULL : data,
	};
	if (r->consumer && r->producer && r->data)
		return 0;
	ring_unmap(r);
	return -ENOMEM;
}

void ring_unmap(struct ring *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (r->consumer)
		munmap(r->consumer, page);
	if (r->producer)
		munmap((void *)r->producer, page);
	if (r->data)
		munmap((void *)r->data, 2 * r->size);
	r->consumer = NULL;
	r->producer = NULL;
	r->data = NULL;
}

/* Maps the data up to `end` bytes from its start. */
static bool map_data(struct ring *r, size_t end)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	while (r->mapped < end) {
		size_t step =
			2 * r->size - r->mapped < MAP_STEP ? 2 * r->size - r->mapped : MAP_STEP;

		if (mmap((char *)r->data + r->mapped, step, PROT_READ, MAP_SHARED | MAP_FIXED,
			 r->fd, (off_t)(2 * page + r->mapped)) == MAP_FAILED)
			return false;
		r->mapped += step;
	}
	return true;
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

/* The length of the record at an offset with its flags; busy when it cannot be read. Records have 8
 * bytes in front (length with two flags, page number) and are padded to 8. */
static uint32_t record_head(struct run *run, size_t at)
{
	struct ring *r = &run->ring;
	uint32_t len;

	if (at + BPF_RINGBUF_HDR_SZ > r->mapped && !map_data(r, at + BPF_RINGBUF_HDR_SZ))
		goto fail;
	len = __atomic_load_n((const uint32_t *)(const void *)(r->data + at), __ATOMIC_ACQUIRE);
	at += BPF_RINGBUF_HDR_SZ + (len & LENGTH);
	if (len & BPF_RINGBUF_BUSY_BIT || at <= r->mapped || map_data(r, at))
		return len;
fail:
	run_complain(run, true, "cannot map the ring buffer: %s", strerror(errno));
	run->state = RUN_STOP;
	run->ring_is_broken = true;
	return BPF_RINGBUF_BUSY_BIT;
}

size_t ring_drain(struct run *run, size_t budget)
{
	struct ring *r = &run->ring;
	uint64_t at = *r->consumer, end = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
	size_t n = 0;

	while (n < budget) {
		size_t offset = at & (r->size - 1);
		uint32_t len;

		if (at == end) {
			/* The position is published before it is compared, so that a program that
			 * comes later sees an empty ring and wakes the reader. */
			__atomic_store_n(r->consumer, at, __ATOMIC_SEQ_CST);
			end = __atomic_load_n(r->producer, __ATOMIC_SEQ_CST);
			if (at == end)
				break;
		}
		len = record_head(run, offset);
		if (len & BPF_RINGBUF_BUSY_BIT)
			break;
		if (!(len & BPF_RINGBUF_DISCARD_BIT)) {
			hand_on(run, r->data + offset + BPF_RINGBUF_HDR_SZ);
			n++;
		}
		at += ((len & LENGTH) + BPF_RINGBUF_HDR_SZ + 7) & ~7u;
		if (n % RECORDS_A_RELEASE == 0)
			__atomic_store_n(r->consumer, at, __ATOMIC_RELEASE);
	}
	__atomic_store_n(r->consumer, at, __ATOMIC_SEQ_CST);
	return n;
}
