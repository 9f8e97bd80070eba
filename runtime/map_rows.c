#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "builtins/builtin.h"
#include "runtime/run_priv.h"

/* Elements as the kernel has them: values of all CPUs one behind the other where there are such. */
struct raw {
	char *keys, *values;
	size_t n, key_size, value_size;
};

enum { FIRST_BATCH = 1024 };

static bool is_per_cpu(enum bpf_map_type type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

/* Bytes of one CPU's value as the kernel hands it out. */
static size_t padded(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

static void make_room(struct raw *raw, size_t cap)
{
	raw->keys = xrealloc(raw->keys, cap * raw->key_size);
	raw->values = xrealloc(raw->values, cap * raw->value_size);
}

/* Reads everything, some buckets of the hash table at a time; a batch too small for one grows. */
static int read_raw(int fd, struct raw *raw)
{
	size_t batch = FIRST_BATCH, cap = 0;
	char token[2][256]; /* where to go on: 4 bytes or a key, says the kernel */
	bool started = false;
	int err = 0;

	while (!err) {
		uint32_t count = (uint32_t)batch;

		if (cap < raw->n + batch) {
			cap = raw->n + 2 * batch;
			make_room(raw, cap);
		}
		err = bpf_map_lookup_batch(fd, started ? token[0] : NULL, token[1],
					   raw->keys + raw->n * raw->key_size,
					   raw->values + raw->n * raw->value_size, &count, NULL);
		if (err == -ENOSPC) {
			batch *= 2;
			err = batch > 1u << 24 ? err : 0;
			continue;
		}
		if (err && err != -ENOENT)
			return err;
		raw->n += count;
		memcpy(token[0], token[1], sizeof(token[0]));
		started = true;
	}
	return err == -ENOENT ? 0 : err;
}

static void add_counts(void *acc, const void *slot, size_t bytes)
{
	uint64_t *to = acc;
	const uint64_t *from = slot;

	for (size_t i = 0; i < bytes / sizeof(*to); i++)
		to[i] += from[i];
}

static void merge_cpus(const struct map_desc *m, unsigned n_cpus, const char *values, void *acc)
{
	const struct agg *agg = m->value->agg;

	for (unsigned cpu = 0; cpu < n_cpus; cpu++) {
		const char *slot = values + cpu * padded(m->value_size);

		if (agg->merge)
			agg->merge(m->value, acc, slot);
		else
			add_counts(acc, slot, agg->slot_size);
	}
}

static bool is_zero(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

static void rows_init(struct map_rows *rows, size_t cap, size_t key_size, size_t value_size)
{
	*rows = (struct map_rows){ .key_size = key_size, .value_size = value_size };
	rows->keys = xcalloc(cap, key_size ? key_size : 1);
	rows->values = xcalloc(cap, value_size);
}

void map_rows_done(struct map_rows *rows)
{
	free(rows->keys);
	free(rows->values);
}

/* A plain scalar: a word that says whether it was written, then the value. */
static void rows_of_global(const struct run *run, const struct map_desc *m, struct map_rows *rows)
{
	const char *slot = (const char *)run->globals + m->slot;

	rows_init(rows, 1, 0, m->value->size);
	rows->n = *(const uint64_t *)(const void *)slot != 0;
	memcpy(rows->values, slot + sizeof(uint64_t), m->value->size);
}

/* A scalar aggregation: an array, one element or one for each bucket. */
static void rows_of_array(const struct run *run, const struct map_desc *m, const struct raw *raw,
			  struct map_rows *rows)
{
	unsigned n_cpus = run_host(run)->n_cpus;
	size_t slot = m->value->agg->slot_size;
	bool is_bucketed = m->value->agg->is_bucketed;

	rows_init(rows, 1, 0, is_bucketed ? raw->n * slot : slot);
	for (size_t i = 0; i < (is_bucketed ? raw->n : 1); i++)
		merge_cpus(m, n_cpus, raw->values + i * raw->value_size, rows->values + i * slot);
	rows->n = run->was_zeroed[m->index] || !is_zero(raw->values, raw->n * raw->value_size);
}

/* Elements are merged one by one, or taken as they are. */
static void rows_of_hash(const struct run *run, const struct map_desc *m, const struct raw *raw,
			 struct map_rows *rows)
{
	bool is_agg = m->value->kind == TYPE_AGG;
	size_t value = is_agg ? m->value->agg->slot_size : m->value_size;

	rows_init(rows, raw->n, m->key_size, value);
	memcpy(rows->keys, raw->keys, raw->n * m->key_size);
	for (size_t i = 0; i < raw->n; i++) {
		if (is_agg)
			merge_cpus(m, run_host(run)->n_cpus, raw->values + i * raw->value_size,
				   rows->values + i * value);
		else
			memcpy(rows->values + i * value, raw->values + i * raw->value_size, value);
	}
	rows->n = raw->n;
}

static int compare_keys(const void *a, const void *b, void *key_size)
{
	return memcmp(*(const char *const *)a, *(const char *const *)b, *(const size_t *)key_size);
}

/* Elements are buckets: those of one key become one row. The bucket number ends the key. */
static void rows_of_buckets(const struct run *run, const struct map_desc *m, const struct raw *raw,
			    struct map_rows *rows)
{
	uint32_t n_buckets = m->value->agg->n_buckets(m->value);
	size_t slot = m->value->agg->slot_size;
	size_t key = m->key_size - sizeof(uint64_t), value = n_buckets * slot;
	const char **sorted = xcalloc(raw->n, sizeof(*sorted));

	for (size_t i = 0; i < raw->n; i++)
		sorted[i] = raw->keys + i * raw->key_size;
	qsort_r(sorted, raw->n, sizeof(*sorted), compare_keys, &key);
	*rows = (struct map_rows){ .key_size = key, .value_size = value };
	for (size_t i = 0; i < raw->n; i++) {
		size_t at = (size_t)(sorted[i] - raw->keys) / raw->key_size;
		uint64_t bucket;

		if (!i || memcmp(sorted[i], sorted[i - 1], key)) {
			rows->keys = xrealloc(rows->keys, (rows->n + 1) * key);
			rows->values = xrealloc(rows->values, (rows->n + 1) * value);
			memcpy(rows->keys + rows->n * key, sorted[i], key);
			memset(rows->values + rows->n * value, 0, value);
			rows->n++;
		}
		memcpy(&bucket, sorted[i] + key, sizeof(bucket));
		if (bucket < n_buckets)
			merge_cpus(m, run_host(run)->n_cpus, raw->values + at * raw->value_size,
				   rows->values + (rows->n - 1) * value + bucket * slot);
	}
	free(sorted);
}

int map_rows_read(const struct run *run, const struct map_desc *m, struct map_rows *ret_rows)
{
	struct raw raw = { .key_size = m->key_size, .value_size = m->value_size };
	int err;

	if (m->bpf_type == BPF_MAP_TYPE_UNSPEC) {
		rows_of_global(run, m, ret_rows);
		return 0;
	}
	if (is_per_cpu(m->bpf_type))
		raw.value_size = padded(m->value_size) * run_host(run)->n_cpus;
	err = read_raw(run->map_fds[PLAN_MAP_FIRST + m->index], &raw);
	if (!err && !m->key)
		rows_of_array(run, m, &raw, ret_rows);
	else if (!err && m->value->kind == TYPE_AGG && m->value->agg->is_bucketed)
		rows_of_buckets(run, m, &raw, ret_rows);
	else if (!err)
		rows_of_hash(run, m, &raw, ret_rows);
	free(raw.keys);
	free(raw.values);
	return err;
}
