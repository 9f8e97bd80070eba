#include "probes/traceable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/kallsyms.h"
#include "base/vec.h"

static const char kernel[] = "vmlinux";

/* Entries of the list that are no functions any more, or must not be interrupted. */
static const char *const refused[] = { "__ftrace_invalid_address__", "rcu_" };

static int compare(const void *a, const void *b)
{
	const struct traceable_function *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	order = order ? order : strcmp(x->module, y->module);
	return order ? order : x->address < y->address ? -1 : x->address > y->address;
}

static bool is_refused(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (!strncmp(name, refused[i], strlen(refused[i])))
			return true;
	return false;
}

/* A line: [address] name [\[module\]]. Pieces of it are kept. */
static bool read_line(char *line, bool has_address, struct traceable_function *f)
{
	char *end;

	f->address = 0;
	if (has_address) {
		f->address = strtoull(line, &end, 16);
		if (end == line || *end != ' ')
			return false;
		line = end + 1;
	}
	f->name = line;
	f->module = kernel;
	line += strcspn(line, " \t");
	if (line == f->name)
		return false;
	if (!*line)
		return true;
	*line++ = 0;
	line += strspn(line, " \t");
	end = strchr(line, ']');
	if (*line != '[' || !end)
		return true;
	*end = 0;
	f->module = line + 1;
	return true;
}

static void read_lines(char *text, bool has_address, struct traceable *t)
{
	VEC(struct traceable_function) all = { 0 };
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct traceable_function f;

		if (read_line(line, has_address, &f) && !is_refused(f.name))
			vec_push(&all, f);
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), compare);
	t->v = all.v;
	t->n = all.n;
	t->text = text;
}

/* Functions the kernel uses to handle a probe: setting one there is refused. */
static void remove_blacklisted(struct traceable *t)
{
	char *text, *save = NULL;
	size_t len, kept = 0;

	if (host_read_file("/sys/kernel/debug/kprobes/blacklist", &text, &len))
		return; /* debugfs is not there: the kernel says no when it is asked */
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *name = strchr(line, '\t');
		const struct traceable_function *f =
			name ? traceable_find(t, name + 1, kernel) : NULL;

		if (f)
			t->v[f - t->v].module = NULL;
	}
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].module)
			t->v[kept++] = t->v[i];
	t->n = kept;
	free(text);
}

static int read_all(const struct host *h, struct traceable *t)
{
	const char *tracefs = h->traceable_functions ? NULL : host_tracefs(h);
	char path[512], *text;
	size_t len;
	int err;

	if (h->traceable_functions) {
		err = host_read_file(h->traceable_functions, &text, &len);
		if (!err)
			read_lines(text, false, t);
		return err;
	}
	if (!tracefs)
		return -ENOENT;
	snprintf(path, sizeof(path), "%s/available_filter_functions_addrs",
		 tracefs); /* since 6.5 */
	err = host_read_file(path, &text, &len);
	if (!err) {
		read_lines(text, true, t);
	} else {
		snprintf(path, sizeof(path), "%s/available_filter_functions", tracefs);
		err = host_read_file(path, &text, &len);
		if (!err)
			read_lines(text, false, t);
	}
	if (!err)
		remove_blacklisted(t);
	return err;
}

int traceable_read(const struct host *h, const struct traceable **ret)
{
	static struct traceable all;
	static int err = 1;            /* 1: not read so far */

	if (err > 0)
		err = read_all(h, &all);
	*ret = &all;
	return err;
}

const struct traceable_function *traceable_find(const struct traceable *t, const char *name,
						const char *module)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(t->v[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < t->n && !strcmp(t->v[low].name, name); low++)
		if (!module || (t->v[low].module && !strcmp(t->v[low].module, module)))
			return &t->v[low];
	return NULL;
}

/* -- other names -- */

static bool is_own_function(const struct kallsym *sym)
{
	return sym->address && (sym->type == 't' || sym->type == 'T') && !sym->module;
}

static uint64_t address_of_function(const char *text, const char *name)
{
	struct kallsym sym;

	while (kallsyms_next(&text, &sym))
		if (is_own_function(&sym) && kallsym_is(&sym, name))
			return sym.address;
	return 0;
}

const struct traceable_function *traceable_find_alias(const struct traceable *t, const char *name)
{
	const struct traceable_function *f = NULL;
	struct kallsym sym;
	uint64_t wanted;
	const char *at;
	char *text;
	size_t len;

	if (host_read_file("/proc/kallsyms", &text, &len))
		return NULL;
	at = text;
	wanted = address_of_function(text, name);
	while (wanted && !f && kallsyms_next(&at, &sym)) {
		if (sym.address != wanted || !is_own_function(&sym))
			continue;
		text[sym.name + sym.name_len - text] = 0;
		f = traceable_find(t, sym.name, kernel);
	}
	free(text);
	return f;
}

bool traceable_has_module(const char *module)
{
	char *text, *save = NULL;
	bool found = !strcmp(module, kernel);
	size_t len;

	if (found || host_read_file("/proc/modules", &text, &len))
		return found;
	for (char *line = strtok_r(text, "\n", &save); line && !found;
	     line = strtok_r(NULL, "\n", &save)) {
		line[strcspn(line, " ")] = 0;
		found = !strcmp(line, module);
	}
	free(text);
	return found;
}
