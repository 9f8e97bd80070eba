#ifndef SONDE_BASE_NEAREST_H
#define SONDE_BASE_NEAREST_H

struct arena;
struct diag;
struct diags;

/* Keeps the name nearest to `want` among those offered, for "Did you mean"; what is too far away is not kept. */
struct nearest {
	const char *want;
	struct arena *arena;
	const char *best;              /* in the arena; NULL: none */
	unsigned distance;
};

void nearest_offer(struct nearest *n, const char *name);

/* "Did you mean <before><best><after>?" as a hint, when there is a name. */
void nearest_hint(const struct nearest *n, struct diags *ds, struct diag *d, const char *before, const char *after);

#endif
