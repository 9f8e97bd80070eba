#include "probes/tracefs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/vec.h"

enum { COMMON_FIELDS_END = 8 };

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int tracefs_events(const struct host *h, struct tracefs_events *ret)
{
	struct tracefs_events ev = { 0 };
	const char *tracefs = host_tracefs(h);
	char path[512], *save = NULL;
	VEC(const char *) names = { 0 };
	size_t len;
	int err;

	if (!tracefs)
		return -ENOENT;
	snprintf(path, sizeof(path), "%s/available_events", tracefs);
	err = host_read_file(path, &ev.text, &len);
	if (err)
		return err;
	for (char *line = strtok_r(ev.text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		vec_push(&names, line);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), compare_names);
	ev.names = names.v;
	ev.n = names.n;
	*ret = ev;
	return 0;
}

void tracefs_events_done(struct tracefs_events *ev)
{
	free(ev->names);
	free(ev->text);
	*ev = (struct tracefs_events){ 0 };
}

/* A file of an event; names that would lead elsewhere are no events. */
static int read_event_file(const struct host *h, const char *category, const char *event,
			   const char *file, char **ret_text, size_t *ret_len)
{
	const char *tracefs = host_tracefs(h);
	char path[1024];

	if (!tracefs || !*category || !*event || category[0] == '.' || event[0] == '.' ||
	    strchr(category, '/') || strchr(event, '/'))
		return -ENOENT;
	if (snprintf(path, sizeof(path), "%s/events/%s/%s/%s", tracefs, category, event, file) >=
	    (int)sizeof(path))
		return -ENOENT;
	return host_read_file(path, ret_text, ret_len);
}

int tracefs_event_id(const struct host *h, const char *category, const char *event)
{
	char *text;
	size_t len;
	int err = read_event_file(h, category, event, "id", &text, &len), id;

	if (err)
		return err;
	id = atoi(text);
	free(text);
	return id > 0 ? id : -ENOENT;
}

static uint32_t number_after(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	return at ? (uint32_t)strtoul(at + strlen(word), NULL, 10) : 0;
}

/* The type of a declaration: without the name, "const", "volatile" and spaces in front of stars. */
static void put_type(struct format_field *f, const char *decl, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < sizeof(f->type);) {
		size_t word = strcspn(decl + i, " *");

		if (i + word > len)
			word = len - i;
		if (decl[i] == '*') {
			f->is_pointer = true;
			f->type[n++] = '*';
			i++;
		} else if (!word) {
			i++;
		} else if ((word == 5 && !strncmp(decl + i, "const", 5)) ||
			   (word == 8 && !strncmp(decl + i, "volatile", 8))) {
			i += word;
		} else {
			if (n && n + 1 < sizeof(f->type))
				f->type[n++] = ' ';
			for (size_t k = 0; k < word && n + 1 < sizeof(f->type); k++)
				f->type[n++] = decl[i + k];
			i += word;
		}
	}
	f->type[n] = 0;
}

/* Takes "T name", "T name[N]", "__data_loc T[] name" apart; ends the name. */
static void read_decl(struct format_field *f, char *decl)
{
	char *bracket, *name, *end = decl + strlen(decl);

	if (!strncmp(decl, "__data_loc ", 11)) {
		f->is_data_loc = true;
		decl += 11;
	}
	name = strrchr(decl, ' ');
	name = name ? name + 1 : decl;
	while (*name == '*')
		name++;
	bracket = strchr(decl, '[');
	if (bracket && bracket > name)
		end = bracket;
	if (bracket && !f->is_data_loc)
		f->length = (uint32_t)strtoul(bracket + 1, NULL, 0);
	put_type(f, decl, (size_t)((bracket && bracket < name ? bracket : name) - decl));
	*end = 0;
	f->name = name;
}

static int read_field(char *line, field_fn each, void *ctx)
{
	struct format_field f = { 0 };
	char *decl = strstr(line, "field:"), *end = decl ? strchr(decl, ';') : NULL, *copy;
	int err;

	if (!end)
		return 0;
	decl += strlen("field:");
	f.offset = number_after(end, "offset:");
	f.size = number_after(end, "size:");
	f.is_signed = number_after(end, "signed:") == 1;
	if (f.offset < COMMON_FIELDS_END || !strncmp(decl, "__rel_loc ", 10))
		return 0;
	*end = 0;
	f.decl = decl;
	copy = xstrdup(decl);
	read_decl(&f, copy);
	if (strchr(f.decl, '[') && !f.is_data_loc && !f.length && !strcmp(f.type, "char"))
		f.length = f.size; /* "char name[SIZE]": a constant of the kernel's source */
	err = each(ctx, &f);
	free(copy);
	return err;
}

int tracefs_format_text(char *text, field_fn each, void *ctx)
{
	char *save = NULL;
	int err = 0;

	for (char *line = strtok_r(text, "\n", &save); line && !err;
	     line = strtok_r(NULL, "\n", &save))
		err = read_field(line, each, ctx);
	return err;
}

int tracefs_format(const struct host *h, const char *category, const char *event, field_fn each,
		   void *ctx)
{
	char *text;
	size_t len;
	int err = read_event_file(h, category, event, "format", &text, &len);

	if (err)
		return err;
	err = tracefs_format_text(text, each, ctx);
	free(text);
	return err;
}
