#include "runtime/ksyms.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/host.h"
#include "base/kallsyms.h"
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

/* Returns whether any address was not zero: the kernel hides them from those who may not see them. */
static bool read_lines(struct ksyms *ks)
{
	bool any_address = false, is_sorted = true;
	const char *at = ks->text;
	struct kallsym sym;

	while (kallsyms_next(&at, &sym)) {
		ks->text[sym.name + sym.name_len - ks->text] = 0;
		any_address |= sym.address != 0;
		if (ks->all.n && ks->all.v[ks->all.n - 1].addr > sym.address)
			is_sorted = false;
		vec_push(&ks->all, (struct ksym_entry){ sym.address, sym.name });
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
