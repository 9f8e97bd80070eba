#include <bpf/bpf.h>
#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/str.h"
#include "runtime/run_priv.h"

/* Object code as LLVM writes it, taken apart. */
struct object {
	Elf *elf;
	size_t n_sections;
	const char **names;            /* by section */
	Elf_Data **data, **rels;       /* by section; rels: relocations of that section, or NULL */
	const Elf64_Sym *syms;
	size_t n_syms;
	size_t found;                  /* where the last program was: the next one follows it */
	int btf_fd;                    /* -1: not needed so far */
	struct function_types types;
};

/* The instructions of one program: its section, and behind it the sections it calls into. */
struct code {
	VEC(struct bpf_insn) insns;
	VEC(struct { size_t section; uint32_t at; }) parts;
	VEC(struct bpf_func_info) funcs;
	bool has_functions;
	size_t n_maps;                 /* that it uses */
};

/* Limits of the kernel: instructions of a program (and how many it follows in all ways through it), and maps. */
enum { MAX_INSTRUCTIONS = 1000000, MAX_MAPS = 64 };

static void read_sections(struct object *o)
{
	size_t names;

	elf_getshdrstrndx(o->elf, &names);
	for (size_t i = 1; i < o->n_sections; i++) {
		Elf_Scn *scn = elf_getscn(o->elf, i);
		const Elf64_Shdr *h = elf64_getshdr(scn);

		o->names[i] = elf_strptr(o->elf, names, h->sh_name);
		o->data[i] = elf_getdata(scn, NULL);
		if (h->sh_type == SHT_REL && h->sh_info < o->n_sections)
			o->rels[h->sh_info] = o->data[i];
		if (h->sh_type == SHT_SYMTAB && o->data[i]) {
			o->syms = o->data[i]->d_buf;
			o->n_syms = o->data[i]->d_size / sizeof(*o->syms);
		}
	}
}

int object_open(const struct program *p, struct object **ret_object)
{
	struct object *o = xcalloc(1, sizeof(*o));
	const Elf64_Ehdr *h;

	o->btf_fd = -1;
	elf_version(EV_CURRENT);
	o->elf = elf_memory(p->elf, p->elf_len);
	h = o->elf ? elf64_getehdr(o->elf) : NULL;
	if (!h || h->e_machine != EM_BPF || elf_getshdrnum(o->elf, &o->n_sections)) {
		object_free(o);
		return -ENOEXEC;
	}
	o->names = xcalloc(o->n_sections, sizeof(*o->names));
	o->data = xcalloc(o->n_sections, sizeof(*o->data));
	o->rels = xcalloc(o->n_sections, sizeof(*o->rels));
	read_sections(o);
	*ret_object = o;
	return 0;
}

void object_free(struct object *o)
{
	if (!o)
		return;
	elf_end(o->elf);
	if (o->btf_fd >= 0)
		close(o->btf_fd);
	free(o->names);
	free(o->data);
	free(o->rels);
	free(o);
}

/* Sections are in the order of the programs, so the search starts behind the last one found. */
static int find_section(struct object *o, const char *name)
{
	for (size_t n = 1; n < o->n_sections; n++) {
		size_t i = 1 + (o->found + n - 1) % (o->n_sections - 1);

		if (o->names[i] && !strcmp(o->names[i], name)) {
			o->found = i;
			return (int)i;
		}
	}
	return -ENOENT;
}

/* Where a section begins in the program; put there when it is new. -errno. */
static int place_section(struct object *o, struct code *c, size_t section)
{
	uint32_t at = (uint32_t)c->insns.n;
	const Elf_Data *d;

	for (size_t i = 0; i < c->parts.n; i++)
		if (c->parts.v[i].section == section)
			return (int)c->parts.v[i].at;
	d = section && section < o->n_sections ? o->data[section] : NULL;
	if (!d || !d->d_size || d->d_size % sizeof(struct bpf_insn))
		return -ENOEXEC;
	for (size_t i = 0; i < d->d_size / sizeof(struct bpf_insn); i++)
		vec_push(&c->insns, ((const struct bpf_insn *)d->d_buf)[i]);
	c->parts.n++;
	c->parts.v = xrealloc(c->parts.v, c->parts.n * sizeof(*c->parts.v));
	c->parts.v[c->parts.n - 1].section = section;
	c->parts.v[c->parts.n - 1].at = at;
	return (int)at;
}

/* A relocation at instruction `at`: the address of a function (a callback), or a call. */
static int relocate(struct object *o, struct code *c, const Elf64_Rel *rel, uint32_t at)
{
	size_t n = ELF64_R_SYM(rel->r_info);
	struct bpf_insn *in;
	int base, target;

	if (n >= o->n_syms || at >= c->insns.n)
		return -ENOEXEC;
	base = place_section(o, c, o->syms[n].st_shndx);
	if (base < 0)
		return base;
	in = &c->insns.v[at];
	target = base + (int)(o->syms[n].st_value / sizeof(*in));
	if (in->code == (BPF_LD | BPF_IMM | BPF_DW)) {
		/* The addend is bytes. */
		target += in->imm / (int)sizeof(*in);
		in->src_reg = BPF_PSEUDO_FUNC;
		c->has_functions = true;
	} else if (in->code == (BPF_JMP | BPF_CALL)) {
		/* The addend is instructions, counted from behind the call. */
		target += in->imm + 1;
		in->src_reg = BPF_PSEUDO_CALL;
	} else {
		return -ENOEXEC;
	}
	in->imm = target - (int)at - 1;
	return 0;
}

static int relocate_part(struct object *o, struct code *c, size_t part)
{
	const Elf_Data *rels = o->rels[c->parts.v[part].section];
	const Elf64_Rel *rel = rels ? rels->d_buf : NULL;

	for (size_t i = 0; rels && i < rels->d_size / sizeof(*rel); i++) {
		uint32_t at =
			c->parts.v[part].at + (uint32_t)(rel[i].r_offset / sizeof(struct bpf_insn));
		int err = relocate(o, c, &rel[i], at);

		if (err)
			return err;
	}
	return 0;
}

/* Puts descriptors where the object code has numbers of maps; counts these. */
static int patch_maps(const struct run *run, struct code *c)
{
	int32_t n_maps = (int32_t)(PLAN_MAP_FIRST + run->plan->n_maps);
	bool *is_counted = xcalloc((size_t)n_maps, sizeof(*is_counted));
	int err = 0;

	for (size_t i = 0; i < c->insns.n; i++) {
		struct bpf_insn *in = &c->insns.v[i];

		if (in->code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		i++;
		if (in->src_reg != BPF_PSEUDO_MAP_FD && in->src_reg != BPF_PSEUDO_MAP_VALUE)
			continue;
		if (in->imm < 0 || in->imm >= n_maps || run->map_fds[in->imm] < 0) {
			err = -ENOEXEC;
			break;
		}
		c->n_maps += !is_counted[in->imm];
		is_counted[in->imm] = true;
		in->imm = run->map_fds[in->imm];
	}
	free(is_counted);
	return err;
}

static int compare_funcs(const void *a, const void *b)
{
	const struct bpf_func_info *x = a, *y = b;

	return (x->insn_off > y->insn_off) - (x->insn_off < y->insn_off);
}

static uint32_t type_of_function(const struct object *o, const Elf64_Sym *s, uint32_t at)
{
	if (!at)
		return o->types.program;
	return ELF64_ST_BIND(s->st_info) == STB_GLOBAL ? o->types.alone : o->types.inner;
}

/* Says where each function begins, for programs with callbacks. */
static int describe_funcs(struct object *o, struct code *c)
{
	if (o->btf_fd < 0)
		o->btf_fd = btf_for_functions(&o->types);
	if (o->btf_fd < 0)
		return o->btf_fd;
	for (size_t i = 0; i < o->n_syms; i++) {
		const Elf64_Sym *s = &o->syms[i];

		if (ELF64_ST_TYPE(s->st_info) != STT_FUNC)
			continue;
		for (size_t k = 0; k < c->parts.n; k++) {
			uint32_t at = c->parts.v[k].at +
				      (uint32_t)(s->st_value / sizeof(struct bpf_insn));

			if (c->parts.v[k].section == s->st_shndx)
				vec_push(&c->funcs,
					 (struct bpf_func_info){ at, type_of_function(o, s, at) });
		}
	}
	qsort(c->funcs.v, c->funcs.n, sizeof(*c->funcs.v), compare_funcs);
	return 0;
}

/* All instructions of a program, ready for the kernel. */
static int link_code(const struct run *run, const struct prog_desc *d, struct code *c)
{
	struct object *o = run->object;
	int section = find_section(o, d->section), err;

	if (section < 0)
		return section;
	err = place_section(o, c, (size_t)section);
	for (size_t i = 0; err >= 0 && i < c->parts.n; i++)
		err = relocate_part(o, c, i);
	if (err < 0)
		return err;
	err = patch_maps(run, c);
	return err || !(c->has_functions || d->has_functions) ? err : describe_funcs(o, c);
}

static void code_done(struct code *c)
{
	vec_done(&c->insns);
	vec_done(&c->parts);
	vec_done(&c->funcs);
}

/* The kernel takes 15 letters, digits and underscores. */
static void short_name(char name[BPF_OBJ_NAME_LEN], const char *from)
{
	size_t n = 0;

	for (; *from && n < BPF_OBJ_NAME_LEN - 1; from++) {
		bool fits = (*from >= 'a' && *from <= 'z') || (*from >= 'A' && *from <= 'Z') ||
			    (*from >= '0' && *from <= '9');

		name[n++] = fits ? *from : '_';
	}
	name[n] = 0;
}

/* How much the kernel is to write: every step of its way through the program, or (since 5.2) what it says at the
 * end. The steps are many, take long, and before 6.4 leave no room for the end. */
enum log_level { LOG_STEPS = 1, LOG_END = 4 };

/* The descriptor, or -errno. log NULL: without. */
static int load_code(const struct run *run, const struct prog_desc *d, const struct code *c,
		     int prog_type, int attach_type, enum log_level level, char *log)
{
	char name[BPF_OBJ_NAME_LEN];
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = (enum bpf_attach_type)attach_type,
		    .log_level = log ? (uint32_t)level : 0, .log_buf = log,
		    .log_size = log ? (uint32_t)run->plan->settings.log_size : 0);

	short_name(name, d->name);
	if (c->funcs.n) {
		opts.prog_btf_fd = (uint32_t)run->object->btf_fd;
		opts.func_info = c->funcs.v;
		opts.func_info_cnt = (uint32_t)c->funcs.n;
		opts.func_info_rec_size = sizeof(*c->funcs.v);
	}
	return bpf_prog_load((enum bpf_prog_type)prog_type, name, run->plan->settings.license,
			     c->insns.v, c->insns.n, &opts);
}

/* The word behind a text of the kernel's log, up to '#', in buf; NULL: the text is not there. */
static const char *log_word(const char *log, const char *text, char *buf, size_t len)
{
	const char *at = strstr(log, text);
	size_t n;

	if (!at)
		return NULL;
	at += strlen(text);
	n = strcspn(at, "# \n");
	if (n >= len)
		return NULL;
	memcpy(buf, at, n);
	buf[n] = 0;
	return buf;
}

/* The log is full: something of what the kernel had to say is not in it. */
static bool is_cut(const struct run *run, const char *log)
{
	return strlen(log) + 1 >= run->plan->settings.log_size;
}

/* Before 6.4 a full log keeps its beginning, and the reason, which comes last, is lost. What is left of it is
 * the error: E2BIG for too many instructions, EFAULT for too many ways that are still to be followed. Where
 * the log is short, the two have other reasons. */
static bool is_too_much(const struct run *run, int err, const char *log)
{
	return strstr(log, "program is too large") || strstr(log, "jumps is too complex") ||
	       (is_cut(run, log) && (err == E2BIG || err == EFAULT));
}

/* Turns what the verifier wrote into words about the script, where they are known. */
/* The log tells no places: every `while` is named. */
static struct diag *explain_endless(const struct run *run, const struct prog_desc *d)
{
	struct diag *said = diag_error(run->opt.diags, DIAG_LOAD, d->n_whiles ? d->whiles[0] : d->span,
				       d->n_whiles > 1 ? "The kernel cannot see that one of the while loops of this probe ends" :
				       "The kernel cannot see that this while loop ends");

	for (size_t i = 1; i < d->n_whiles; i++)
		diag_note(run->opt.diags, said, d->whiles[i], "or this loop");
	diag_hint(run->opt.diags, said, "count with `for ($i : 0..N) { ... }`, and leave it with break");
	return said;
}

static struct diag *explain(const struct run *run, const struct prog_desc *d, int err,
			    const char *log)
{
	char buf[64];
	const char *helper = log_word(log, "cannot use helper bpf_", buf, sizeof(buf));
	struct diag *said;

	if (!helper)
		helper = log_word(log, "unknown func bpf_", buf, sizeof(buf));
	if (helper) {
		said = diag_error(run->opt.diags, DIAG_LOAD, d->span, "helper %s not allowed in probe", helper);
		diag_hint(run->opt.diags, said, "this kernel does not let programs of this type call it, does not have "
			  "it, or is locked down: `bpftool feature probe` lists which may");
		return said;
	}
	if (is_too_much(run, err, log))
		return diag_error(run->opt.diags, DIAG_LOAD, d->span,
				  "This probe is too much for the kernel: it follows every way through a program, "
				  "for at most %d instructions. Let loops run less often, or divide the "
				  "statements between several probes on the same event.", MAX_INSTRUCTIONS);
	if (strstr(log, "infinite loop") || strstr(log, "back-edge"))
		return explain_endless(run, d);
	if (strstr(log, "combined stack size") || strstr(log, "stack depth")) {
		said = diag_error(run->opt.diags, DIAG_LOAD, d->span,
				  "This probe keeps more on its stack than the kernel gives a program (512 bytes).");
		diag_hint(run->opt.diags, said, "keep values in maps instead of variables, or let fewer of them onto the "
			  "stack: config = { on_stack_limit = 16 }");
		return said;
	}
	return NULL;
}

static void say_refused(const struct run *run, const struct prog_desc *d, int err, const char *log)
{
	struct diag *known = explain(run, d, err, log), *general;
	struct diags_look look = { .color = run->opt.color };

	general = diag_error(run->opt.diags, DIAG_LOAD, d->span,
			     "Error loading BPF program for %s. Error code: %d (%s).%s%s", d->name,
			     err, strerror(err), run->opt.verbose ? "\nKernel error log: \n" : "",
			     run->opt.verbose ? log : " Use -v for full kernel error log.");
	if (known)
		diag_show(run->opt.diags, known, stderr, look);
	if (!known || run->opt.verbose)
		diag_show(run->opt.diags, general, stderr, look);
	if (run->opt.verbose && is_cut(run, log))
		run_complain((struct run *)run, false,
			     "Kernel log seems to be trimmed. This may be due to buffer not being "
			     "big enough, try increasing the BPFTRACE_LOG_SIZE environment "
			     "variable beyond the current value of %llu bytes. Or, add the "
			     "configuration `config = { log_size = N; }` to the script.",
			     (unsigned long long)run->plan->settings.log_size);
}

/* What the kernel would refuse without a word that helps. */
static bool has_allowed_size(const struct run *run, const struct prog_desc *d, const struct code *c)
{
	struct diags_look look = { .color = run->opt.color };
	struct diag *said = NULL;

	if (c->n_maps > MAX_MAPS)
		said = diag_error(run->opt.diags, DIAG_LOAD, d->span,
				  "This probe uses %zu maps, some of them sonde's own: the kernel takes %d in a "
				  "program. Divide the statements between several probes on the same event.",
				  c->n_maps, MAX_MAPS);
	else if (c->insns.n > MAX_INSTRUCTIONS)
		said = diag_error(run->opt.diags, DIAG_LOAD, d->span,
				  "This probe is %zu instructions long: the kernel takes %d in a program. Divide the "
				  "statements between several probes on the same event.",
				  c->insns.n, MAX_INSTRUCTIONS);
	if (said)
		diag_show(run->opt.diags, said, stderr, look);
	return !said;
}

/* Asks again, for the reason: the log costs time, so the first attempt goes without. */
static void tell_refused(const struct run *run, const struct prog_desc *d, const struct code *c,
			 int prog_type, int attach_type, int err)
{
	char *log = xcalloc(1, run->plan->settings.log_size + 1);
	enum log_level level = run->opt.verbose ? LOG_STEPS : LOG_END;
	int fd = load_code(run, d, c, prog_type, attach_type, level, log);

	if (fd >= 0)
		close(fd);
	say_refused(run, d, err, log);
	free(log);
}

/* -d verifier: loads once more, with the log. */
static void show_log(const struct run *run, const struct prog_desc *d, const struct code *c,
		     int prog_type, int attach_type)
{
	char *log = xcalloc(1, run->plan->settings.log_size + 1);
	int fd = load_code(run, d, c, prog_type, attach_type, LOG_STEPS, log);

	if (fd >= 0)
		close(fd);
	printf("BPF verifier log for %s:\n--------------------------------------\n%s\n", d->name,
	       log);
	free(log);
}

int run_load(struct run *run, const struct prog_desc *d, int prog_type, int attach_type)
{
	struct code code = { 0 };
	struct loaded *l;
	int fd;

	for (l = run->loaded[d->index]; l; l = l->next)
		if (l->prog_type == prog_type && l->attach_type == attach_type)
			return l->fd;
	fd = link_code(run, d, &code);
	if (fd) {
		say_refused(run, d, -fd, "the object code is not in order\n");
	} else if (!has_allowed_size(run, d, &code)) {
		fd = -E2BIG;
	} else {
		fd = load_code(run, d, &code, prog_type, attach_type, LOG_END, NULL);
		if (fd < 0)
			tell_refused(run, d, &code, prog_type, attach_type, -fd);
		else if (run->opt.show_log)
			show_log(run, d, &code, prog_type, attach_type);
	}
	code_done(&code);
	if (fd < 0)
		return fd;
	l = xcalloc(1, sizeof(*l));
	*l = (struct loaded){ run->loaded[d->index], prog_type, attach_type, fd, 0 };
	run->loaded[d->index] = l;
	return fd;
}

int load_all(struct run *run)
{
	for (size_t i = 0; i < run->plan->n_progs; i++) {
		const struct prog_desc *d = run->plan->progs[i];
		int err = d->kind->load ? d->kind->load(run, d)
					: run_load(run, d, (int)d->prog_type, (int)d->attach_type);

		if (err < 0)
			return err;
	}
	return 0;
}

void load_free(struct run *run)
{
	for (size_t i = 0; run->loaded && i < run->plan->n_progs; i++) {
		for (struct loaded *l = run->loaded[i], *next; l; l = next) {
			next = l->next;
			close(l->fd);
			free(l);
		}
	}
	free(run->loaded);
	object_free(run->object);
}
