#include "base/nearest.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

/* How many edits may lie between a name and what was written: a quarter of it. */
static unsigned most_edits(size_t want)
{
	return (unsigned)(want + 2) / 4;
}

void nearest_offer(struct nearest *n, const char *name)
{
	size_t want = strlen(n->want), len = strlen(name);
	unsigned limit = most_edits(want), distance;

	if (!limit || (n->best && !n->distance))
		return;
	if (n->best && n->distance <= limit)
		limit = n->distance - 1;
	if ((len > want ? len - want : want - len) > limit)
		return;
	distance = edit_distance(n->want, name);
	if (distance > limit)
		return;
	n->best = arena_strdup(n->arena, name);
	n->distance = distance;
}

void nearest_hint(const struct nearest *n, struct diags *ds, struct diag *d, const char *before, const char *after)
{
	if (n->best)
		diag_hint(ds, d, "Did you mean %s%s%s?", before, n->best, after);
}
