#include <string.h>

#include "ast/plan.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "runtime/output.h"
#include "runtime/output_priv.h"

/* An entry with what it is sorted by: rank first, then key, then the order it came in. */
struct sortable {
	__int128 rank;
	const struct type *key_type;   /* NULL: scalar, or in order of the bytes as it came in */
	const struct map_entry *entry;
	size_t index;
};

static int compare_keys(const struct type *t, const char *a, const char *b)
{
	int diff = 0;

	if (t->kind == TYPE_INT) {
		/* Signed of their width, whatever the type says: so 2^64-1 comes first as -1 does. */
		struct type as_signed = *t;
		int64_t x, y;

		as_signed.is_signed = true;
		x = value_read(&as_signed, a);
		y = value_read(&as_signed, b);
		return (x > y) - (x < y);
	}
	if (t->kind == TYPE_STRING)
		return strncmp(a, b, t->size);
	for (uint32_t i = 0; t->kind == TYPE_TUPLE && !diff && i < t->n; i++)
		diff = compare_keys(t->elems[i], a + t->offsets[i], b + t->offsets[i]);
	return diff;
}

static int compare_entries(const void *left, const void *right)
{
	const struct sortable *a = left, *b = right;
	int diff = (a->rank > b->rank) - (a->rank < b->rank);

	if (!diff && a->key_type)
		diff = compare_keys(a->key_type, a->entry->key, b->entry->key);
	return diff ? diff : (a->index > b->index) - (a->index < b->index);
}

static __int128 rank_of(const struct map_desc *m, const struct map_entry *e)
{
	const struct type *t = m->value;
	int64_t v;

	if (t->kind == TYPE_AGG)
		return t->agg->rank ? t->agg->rank(t, e->value) : 0;
	if (t->kind != TYPE_INT)
		return 0;
	v = value_read(t, e->value);
	return t->is_signed ? (__int128)v : (__int128)(uint64_t)v;
}

/* "@name" or "@name[key]"; the outer parentheses of a key are left out. */
static void put_head(struct output *o, const struct map_desc *m, const struct map_entry *e, struct strbuf *out)
{
	struct strbuf key = { 0 };

	strbuf_putc(out, '@');
	strbuf_puts(out, m->name);
	if (!m->key)
		return;
	output_format(o, m->key, e->key, &key);
	strbuf_putc(out, '[');
	if (key.len >= 2 && key.data[0] == '(' && key.data[key.len - 1] == ')')
		strbuf_put(out, key.data + 1, key.len - 2);
	else if (key.len)
		strbuf_put(out, key.data, key.len);
	strbuf_putc(out, ']');
	strbuf_done(&key);
}

/* The number that all entries are shown by. */
static uint64_t survey(const struct type *t, const struct map_entry *entries, size_t n)
{
	uint64_t found = 0;

	if (t->kind == TYPE_AGG && t->agg->survey)
		for (size_t i = 0; i < n; i++)
			found = t->agg->survey(t, entries[i].value, found);
	return found;
}

static void put_entry(struct output *o, const struct map_desc *m, const struct map_entry *e,
		      uint64_t surveyed, int64_t div, struct strbuf *out)
{
	const struct type *t = m->value;

	put_head(o, m, e, out);
	if (t->kind == TYPE_AGG && t->agg->is_bucketed) {
		strbuf_puts(out, ":\n");
		t->agg->format_buckets(o, t, e->value, surveyed, div, out);
		return;
	}
	strbuf_puts(out, ": ");
	output_format_div(o, t, e->value, div, out);
	strbuf_putc(out, '\n');
}

void output_map(struct output *o, const struct map_desc *m, struct map_entry *entries, size_t n,
		uint64_t top, int64_t div)
{
	struct sortable *sorted = xcalloc(n ? n : 1, sizeof(*sorted));
	bool by_bytes = m->value->kind == TYPE_AGG && !m->value->agg->rank;
	uint64_t surveyed = survey(m->value, entries, n);
	struct strbuf text = { 0 };

	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct sortable){ rank_of(m, &entries[i]), by_bytes ? NULL : m->key,
					       &entries[i], i };
	qsort(sorted, n, sizeof(*sorted), compare_entries);
	for (size_t i = top && top < n ? n - top : 0; i < n; i++) {
		strbuf_reset(&text);
		put_entry(o, m, sorted[i].entry, surveyed, div, &text);
		output_write(o, text.data, text.len);
	}
	strbuf_done(&text);
	free(sorted);
}
