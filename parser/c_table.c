/* Names of the C section to what they mean. Names are interned: their addresses are their hashes. */
#include "base/arena.h"
#include "parser/c_priv.h"

static struct c_slot *find_slot(const struct c_table *t, const char *name)
{
	size_t i = (uintptr_t)name / 16 * 0x9e3779b97f4a7c15ull >> 20 & (t->cap - 1);

	while (t->slots[i].name && t->slots[i].name != name)
		i = (i + 1) & (t->cap - 1);
	return &t->slots[i];
}

void *c_table_find(const struct c_table *t, const char *name)
{
	return t->cap ? find_slot(t, name)->what : NULL;
}

static void grow(struct c_table *t, struct arena *a)
{
	struct c_table old = *t;

	t->cap = old.cap ? old.cap * 2 : 8;
	t->slots = ARENA_ARRAY(a, struct c_slot, t->cap);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].name)
			*find_slot(t, old.slots[i].name) = old.slots[i];
}

void c_table_set(struct c_table *t, struct arena *a, const char *name, void *what)
{
	struct c_slot *slot;

	if (t->n * 2 >= t->cap)
		grow(t, a);
	slot = find_slot(t, name);
	if (!slot->name)
		t->n++;
	slot->name = name;
	slot->what = what;
}
