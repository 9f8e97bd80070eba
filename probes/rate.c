#include <stdio.h>
#include <string.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/str.h"
#include "probes/probe_priv.h"

/* How often interval and profile run: "unit:count", or one number of nanoseconds. */

static const struct {
	const char *name;
	uint64_t ns;                   /* 0: times a second */
} units[] = {
	{ "hz", 0 }, { "ms", 1000000 }, { "s", 1000000000 }, { "us", 1000 },
};

static int unit_row(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(units[i].name, name))
			return (int)i;
	return -1;
}

static int parse_number(struct script *s, const struct probe *p, const char *text, uint64_t *ret)
{
	const char *error;

	if (text[0] == '-' && !number_parse(text + 1, strlen(text + 1), ret, &error))
		return probe_error(s, p, "%s frequency should be a positive integer",
				   p->kind->name);
	if (number_parse(text, strlen(text), ret, &error))
		return probe_error(s, p, "Invalid rate of %s probe: %s: %s", p->kind->name, error,
				   text);
	return 0;
}

int rate_parse(struct script *s, struct probe *p)
{
	uint64_t count;

	if (parse_number(s, p, p->part[p->n_parts - 1], &count))
		return -1;
	if (p->n_parts == 1) {
		if (count < 1000)
			return probe_error(
				s, p,
				"Invalid rate of %s probe. Minimum is 1000 or 1us. Found: "
				"%llu nanoseconds",
				p->kind->name, (unsigned long long)count);
		p->unit = "us";
		p->count = count / 1000;
		return 0;
	}
	if (unit_row(p->part[0]) < 0)
		return probe_error_hint(s, p, "units are hz, s, ms, us", "%s is not an accepted unit of time",
					p->part[0]);
	if (!count)
		return probe_error(s, p, "%s frequency should be a positive integer",
				   p->kind->name);
	p->unit = units[unit_row(p->part[0])].name;
	p->count = count;
	return 0;
}

int rate_match(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct attach_target t = probe_target(p);
	int err;

	t.name = arena_printf(s->arena, "%s:%s:%llu", p->kind->name, p->unit,
			      (unsigned long long)p->count);
	err = each(ctx, &t);
	return err ? err : 1;
}

uint64_t rate_period_ns(const struct attach_target *t)
{
	uint64_t unit = units[unit_row(t->unit)].ns, period;

	if (!unit)
		return t->count > 1000000000 ? 1 : 1000000000 / t->count;
	return __builtin_mul_overflow(t->count, unit, &period) ? UINT64_MAX : period;
}

int rate_list(const char *kind, const char *pattern, line_fn each, void *ctx)
{
	char text[8];
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(units) && !err; i++) {
		snprintf(text, sizeof(text), "%s:", units[i].name);
		err = list_line(kind, text, pattern, each, ctx);
	}
	return err;
}
