#include "runtime/ksyms.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/host.h"
#include "base/vec.h"

/* Addresses below this are no kernel addresses (per-CPU variables are listed by their offset). An address
 * further than MAX_SYMBOL behind the last symbol before it lies between the kernel and its modules. */
#define KERNEL_START (1ull << 63)
enum { MAX_SYMBOL = 16 << 20 };

struct ksym_entry {
	uint64_t addr;
	const char *name;
};

struct ksyms {
	char *text;                    /* of /proc/kallsyms, names cut out of it */
	VEC(struct ksym_entry) all;    /* by address, those of one address in the order of the file */
};

static int compare_entries(const void *left, const void *right)
{
	const struct ksym_entry *a = left, *b = right;

	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	return (a->name > b->name) - (a->name < b->name);
}

static uint64_t read_hex(char **at)
{
	uint64_t v = 0;

	for (;; (*at)++) {
		unsigned c = (unsigned char)**at;

		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (c - 'a' + 10);
		else
			return v;
	}
}

/* Lines are "address type name", of modules with a tab and "[module]" behind. Returns whether any address
 * was not zero: the kernel hides them from those who may not see them. */
static bool read_lines(struct ksyms *ks)
{
	bool any_address = false, is_sorted = true;
	char *at = ks->text;

	while (*at) {
		char *line_end = strchrnul(at, '\n'), *next = *line_end ? line_end + 1 : line_end;
		char *p = at, *name;
		uint64_t addr = read_hex(&p);

		name = p + strlen(" t ");
		at = next;
		if (*p != ' ' || name >= line_end)
			continue;
		*line_end = 0;
		name[strcspn(name, "\t ")] = 0;
		any_address |= addr != 0;
		if (ks->all.n && ks->all.v[ks->all.n - 1].addr > addr)
			is_sorted = false;
		vec_push(&ks->all, (struct ksym_entry){ addr, name });
	}
	if (!is_sorted)
		qsort(ks->all.v, ks->all.n, sizeof(*ks->all.v), compare_entries);
	return any_address;
}

int ksyms_open(struct ksyms **ret_ksyms)
{
	struct ksyms *ks = xcalloc(1, sizeof(*ks));
	size_t len;
	int err;

	err = host_read_file("/proc/kallsyms", &ks->text, &len);
	if (!err && !read_lines(ks))
		err = -EPERM;
	if (err) {
		ksyms_free(ks);
		return err;
	}
	*ret_ksyms = ks;
	return 0;
}

/* The first symbol of the last address that is not above addr. */
static const struct ksym_entry *find_entry(const struct ksyms *ks, uint64_t addr)
{
	size_t low = 0, high = ks->all.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (ks->all.v[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return NULL;
	for (low--; low && ks->all.v[low - 1].addr == ks->all.v[low].addr; low--)
		;
	return &ks->all.v[low];
}

const char *ksyms_name(const struct ksyms *ks, uint64_t addr, uint64_t *ret_offset)
{
	const struct ksym_entry *e = addr >= KERNEL_START ? find_entry(ks, addr) : NULL;

	if (!e || e->addr < KERNEL_START || addr - e->addr > MAX_SYMBOL)
		return NULL;
	*ret_offset = addr - e->addr;
	return e->name;
}

uint64_t ksyms_address(const struct ksyms *ks, const char *name)
{
	for (size_t i = 0; i < ks->all.n; i++)
		if (!strcmp(ks->all.v[i].name, name))
			return ks->all.v[i].addr;
	return 0;
}

void ksyms_free(struct ksyms *ks)
{
	if (!ks)
		return;
	vec_done(&ks->all);
	free(ks->text);
	free(ks);
}
