/* import "path": scripts become part of the script, headers part of its C section. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/nearest.h"
#include "base/source.h"
#include "parser/c_section.h"
#include "parser/parser.h"
#include "parser/parser_priv.h"

enum { MAX_IMPORTS = 50 };             /* imports in imports */

struct file_id {
	dev_t dev;
	ino_t ino;
};

struct importer {
	struct script *s;
	struct node_list items;        /* of what is imported, in order */
	VEC(struct file_id) seen;      /* files that need no reading any more */
	unsigned depth;
};

/* ---- what a name is ---- */

static const struct import_type {
	const char *suffix;
	enum { IMPORT_SCRIPT, IMPORT_HEADER, IMPORT_BPF } what;
} types[] = {
	{ ".bt", IMPORT_SCRIPT },
	{ ".h", IMPORT_HEADER },
	{ ".bpf.c", IMPORT_BPF },
	{ ".bpf.o", IMPORT_BPF },
};

static const struct import_type *type_of(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		size_t n = strlen(types[i].suffix);

		if (len > n && !strcmp(path + len - n, types[i].suffix))
			return &types[i];
	}
	return NULL;
}

/* ---- complaints ---- */

static void say_unreadable(struct importer *im, const struct node *n, const char *path, const char *why)
{
	diag_error(im->s->diags, DIAG_IMPORT, n->span, "error reading import '%s': %s", path, why);
}

static void say_unknown_type(struct importer *im, const struct node *n, const char *path)
{
	struct diag *d = diag_error(im->s->diags, DIAG_IMPORT, n->span, "unknown import type: \"%s\"", path);

	diag_hint(im->s->diags, d, n->import.in_block ? "inside a block only headers (.h) can be imported"
						      : "scripts (.bt), headers (.h) and directories of them can be "
							"imported");
}

/* Whether a complaint was made: everybody may put files there, or into this file. */
static bool refuse_writable(struct importer *im, const struct node *n, const char *path)
{
	struct stat st;

	if (stat(path, &st) || !(st.st_mode & S_IWOTH))
		return false;
	diag_hint(im->s->diags,
		  diag_error(im->s->diags, DIAG_IMPORT, n->span,
			     "cowardly refusing to import from a directory with global write "
			     "permissions: \"%s\"",
			     path),
		  "chmod o-w '%s' takes them away", path);
	return true;
}

/* dir: where to look for a file with a name like that; NULL: nowhere. */
static void say_not_found(struct importer *im, const struct node *n, const char *dir, const char *path)
{
	struct diag *d = diag_error(im->s->diags, DIAG_IMPORT, n->span, "Unable to find suitable path for import");
	struct nearest near = { .want = strrchr(path, '/') ? strrchr(path, '/') + 1 : path, .arena = im->s->arena };
	DIR *there = dir ? opendir(dir) : NULL;
	struct dirent *e;

	diag_hint(im->s->diags, d, "checked: %s", path);
	while (there && (e = readdir(there)))
		if (type_of(e->d_name))
			nearest_offer(&near, e->d_name);
	if (there)
		closedir(there);
	nearest_hint(&near, im->s->diags, d, "\"", "\"");
}

/* The first complaint about what was imported tells who wanted it. */
static void note_importer(struct importer *im, unsigned errors, const struct node *n)
{
	if (diags_errors(im->s->diags) > errors)
		diag_note(im->s->diags, diags_error_at(im->s->diags, errors), n->span, "imported here");
}

/* ---- one file ---- */

static bool was_seen(struct importer *im, const struct stat *st)
{
	for (size_t i = 0; i < im->seen.n; i++)
		if (im->seen.v[i].dev == st->st_dev && im->seen.v[i].ino == st->st_ino)
			return true;
	vec_push(&im->seen, (struct file_id){ st->st_dev, st->st_ino });
	return false;
}

static void merge(struct importer *im, struct node *program, const char *file);

static void refuse_config(struct importer *im, const struct node *program)
{
	if (program->program.config)
		diag_hint(im->s->diags,
			  diag_error(im->s->diags, DIAG_IMPORT, program->program.config->span,
				     "invalid `config` within import"),
			  "settings belong in the script that imports");
}

static void import_script(struct importer *im, const struct node *n, const char *path)
{
	unsigned errors = diags_errors(im->s->diags);
	struct node *program;
	size_t len;
	char *text;
	int err = host_read_file(path, &text, &len);

	if (err) {
		say_unreadable(im, n, path, strerror(-err));
		return;
	}
	program = parse_program(im->s, path, text, len);
	free(text);
	if (program) {
		refuse_config(im, program);
		merge(im, program, path);
	}
	note_importer(im, errors, n);
}

static void import_file(struct importer *im, const struct node *n, const char *path, const struct stat *st)
{
	const struct import_type *type = type_of(path);
	unsigned errors = diags_errors(im->s->diags);
	struct diag *d;

	if (!type || (n->import.in_block && type->what == IMPORT_SCRIPT)) {
		say_unknown_type(im, n, path);
	} else if (type->what == IMPORT_BPF) {
		d = diag_error(im->s->diags, DIAG_IMPORT, n->span, "unsupported import type: \"%s\"", path);
		diag_hint(im->s->diags, d, "sonde has no compiler for C and no linker: only scripts (.bt) and headers "
			  "(.h) can be imported");
	} else if (was_seen(im, st)) {
		;
	} else if (type->what == IMPORT_SCRIPT) {
		import_script(im, n, path);
	} else {
		c_section_read_file(im->s, path, n->span);
		note_importer(im, errors, n);
	}
}

/* ---- paths ---- */

static const char *join(struct importer *im, const char *dir, const char *name)
{
	size_t len = strlen(dir);

	if (!strcmp(dir, "."))
		return name;
	return arena_printf(im->s->arena, "%s%s%s", dir, dir[len - 1] == '/' ? "" : "/", name);
}

static const char *directory_of(struct importer *im, const char *path)
{
	const char *slash = strrchr(path, '/');

	return !slash ? "." : slash == path ? "/" : arena_strndup(im->s->arena, path, (size_t)(slash - path));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void import_directory(struct importer *im, const struct node *n, const char *path)
{
	VEC(const char *) names = { 0 };
	DIR *dir = opendir(path);
	struct dirent *e;
	struct stat st;

	if (!dir) {
		say_unreadable(im, n, path, strerror(errno));
		return;
	}
	while ((e = readdir(dir))) {
		const struct import_type *type = type_of(e->d_name);

		if (type && !(n->import.in_block && type->what == IMPORT_SCRIPT))
			vec_push(&names, join(im, path, arena_strdup(im->s->arena, e->d_name)));
	}
	closedir(dir);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	for (size_t i = 0; i < names.n; i++) {
		if (stat(names.v[i], &st))
			say_unreadable(im, n, names.v[i], strerror(errno));
		else if (S_ISREG(st.st_mode) && !refuse_writable(im, n, names.v[i]))
			import_file(im, n, names.v[i], &st);
	}
	vec_done(&names);
}

/* A directory that everybody may write to is not looked into. */
static bool skip_writable(struct importer *im, const struct node *n, const char *dir)
{
	struct stat st;

	if (stat(dir, &st) || !(st.st_mode & S_IWOTH))
		return false;
	diag_warning(im->s->diags, DIAG_IMPORT, n->span, "skipping due to global write permissions: \"%s\"", dir);
	return true;
}

/* from: the file that the import stands in. */
static void import(struct importer *im, struct node *n, const char *from)
{
	const char *name = n->import.path, *dir = directory_of(im, from), *path;
	bool is_absolute = name[0] == '/';
	struct stat st;

	n->import.is_read = true;
	path = is_absolute ? name : join(im, dir, name);
	if (!is_absolute && skip_writable(im, n, dir))
		say_not_found(im, n, NULL, path);
	else if (!*name || strlen(name) != n->import.len ||
		 (stat(path, &st) && (errno == ENOENT || errno == ENOTDIR)))
		say_not_found(im, n, directory_of(im, path), path);
	else if (stat(path, &st))
		say_unreadable(im, n, path, strerror(errno));
	else if (refuse_writable(im, n, path) || refuse_writable(im, n, directory_of(im, path)))
		;
	else if (S_ISDIR(st.st_mode))
		import_directory(im, n, path);
	else if (S_ISREG(st.st_mode))
		import_file(im, n, path, &st);
	else
		say_unreadable(im, n, path, "neither a file nor a directory");
}

/* ---- the script ---- */

struct place_of_import {
	struct importer *im;
	const char *file;
};

static int import_in_blocks(struct node *n, void *ctx)
{
	const struct place_of_import *at = ctx;

	if (n->kind == NODE_import)
		import(at->im, n, at->file);
	return node_each_child(n, import_in_blocks, ctx);
}

/* A program of the script: what it imports, then itself. */
static void merge(struct importer *im, struct node *program, const char *file)
{
	struct place_of_import at = { im, file };
	struct node *next;

	if (++im->depth > MAX_IMPORTS && program->program.imports) {
		diag_error(im->s->diags, DIAG_IMPORT, program->program.imports->span,
			   "imports in imports: %d levels are the limit", MAX_IMPORTS);
	} else {
		for (struct node *n = program->program.imports; n; n = n->next)
			import(im, n, file);
		for (struct node *n = program->program.items; n; n = n->next)
			import_in_blocks(n, &at);
	}
	im->depth--;
	for (struct node *n = program->program.items; n; n = next) {
		next = n->next;
		n->next = NULL;
		im->items = node_list_add(im->items, n);
	}
}

int script_import(struct script *s)
{
	const char *file = source_place(s->sources, s->root->span.start).file;
	struct importer im = { .s = s };
	unsigned errors = diags_errors(s->diags);
	struct stat st;

	if (!stat(file, &st))
		was_seen(&im, &st);
	merge(&im, s->root, file);
	s->root->program.items = im.items.first;
	vec_done(&im.seen);
	return diags_errors(s->diags) > errors ? -1 : 0;
}
