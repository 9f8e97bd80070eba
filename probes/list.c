#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/host.h"
#include "base/str.h"
#include "base/vec.h"
#include "probes/probe_priv.h"

/* -l: which kinds are asked, and with what pattern (spec/probes.md 9). */

int list_line(const char *kind, const char *text, const char *pattern, line_fn each, void *ctx)
{
	struct strbuf line = { 0 };
	int err;

	if (!wildcard_match(pattern, text))
		return 0;
	strbuf_printf(&line, "%s:%s", kind, text);
	err = each(ctx, line.data);
	strbuf_done(&line);
	return err;
}

static int list_kind(const struct host *h, const char *name, const char *pattern, bool with_params,
		     line_fn each, void *ctx)
{
	const struct probe_kind *k = probe_kind_find(name);

	return k && k->list ? k->list(h, pattern, with_params, each, ctx) : 0;
}

static int list_pattern(const struct host *h, const char *pattern, bool with_params, line_fn each,
			void *ctx)
{
	const char *colon = strchr(pattern, ':'), *rest = colon ? colon + 1 : pattern;
	char kind[32] = "*";
	int err = 0;

	if (!*pattern)
		return 0;
	if (is_type_pattern(pattern))
		return list_types(pattern, with_params, each, ctx);
	if (colon) {
		size_t len = (size_t)(colon - pattern);

		if (len >= sizeof(kind))
			return 0;
		for (size_t i = 0; i < len; i++)
			kind[i] = (char)tolower((unsigned char)pattern[i]);
		kind[len] = 0;
	}
	if (!has_wildcard(kind))
		return list_kind(h, kind, rest, with_params, each, ctx);
	for (const char *const *name = probe_kinds_of(names_process(h) || strchr(rest, '/'));
	     *name && !err; name++)
		if (wildcard_match(kind, *name))
			err = list_kind(h, *name, rest, with_params, each, ctx);
	return err;
}

int probe_list(const struct host *h, const char *pattern, bool with_params, line_fn each, void *ctx)
{
	char *copy, *save = NULL;
	int err = 0;

	if (!pattern)
		return list_pattern(h, "*:*", with_params, each, ctx);
	copy = xstrdup(pattern);
	for (char *one = strtok_r(copy, ",", &save); one && !err; one = strtok_r(NULL, ",", &save))
		err = list_pattern(h, strcmp(one, "*") ? one : "*:*", with_params, each, ctx);
	free(copy);
	return err;
}
