#include <elf.h>
#include <stdlib.h>

#include "base/vec.h"
#include "codegen/cg_priv.h"

/* How much stack the functions of the object take one below the other. The kernel gives 512 bytes to all that
 * are active at a time; LLVM only looks at one. */

/* More levels than this are not followed. */
enum { MAX_LEVELS = 32 };

struct code_function {
	uint16_t section;
	uint32_t at, end;              /* instructions of the section */
	uint32_t depth;                /* bytes */
	VEC(uint32_t) calls;           /* other functions of the array */
};

struct stack {
	const char *elf;
	const Elf64_Shdr *sections;
	uint16_t n_sections;
	VEC(struct code_function) functions;
};

static int compare_places(const void *a, const void *b)
{
	const struct code_function *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static uint32_t function_at(const struct stack *s, uint16_t section, uint32_t at)
{
	size_t low = 0, high = s->functions.n;

	while (low + 1 < high) {
		size_t mid = (low + high) / 2;
		struct code_function key = { .section = section, .at = at };

		if (compare_places(&s->functions.v[mid], &key) <= 0)
			low = mid;
		else
			high = mid;
	}
	return (uint32_t)low;
}

static const Elf64_Shdr *symbols_of(const struct stack *s)
{
	for (uint16_t i = 0; i < s->n_sections; i++)
		if (s->sections[i].sh_type == SHT_SYMTAB)
			return &s->sections[i];
	return NULL;
}

static void find_functions(struct stack *s, const Elf64_Shdr *table)
{
	const Elf64_Sym *syms = (const void *)(s->elf + table->sh_offset);

	for (size_t i = 0; i < table->sh_size / sizeof(*syms); i++) {
		struct code_function f = {
			.section = syms[i].st_shndx,
			.at = (uint32_t)(syms[i].st_value / sizeof(struct bpf_insn)),
		};

		f.end = f.at + (uint32_t)(syms[i].st_size / sizeof(struct bpf_insn));
		if (ELF64_ST_TYPE(syms[i].st_info) == STT_FUNC && f.section < s->n_sections)
			vec_push(&s->functions, f);
	}
	if (s->functions.n)
		qsort(s->functions.v, s->functions.n, sizeof(*s->functions.v), compare_places);
}

/* Addresses below the frame pointer are r10 - N, or a register that r10 was copied to, less N. */
static void measure(struct stack *s, struct code_function *f)
{
	const struct bpf_insn *code = (const void *)(s->elf + s->sections[f->section].sh_offset);
	bool is_copy[16] = { false };

	for (uint32_t i = f->at; i < f->end; i++) {
		const struct bpf_insn *in = &code[i];
		unsigned class = BPF_CLASS(in->code);
		int32_t below = 0;

		if ((class == BPF_LDX && in->src_reg == BPF_REG_10) ||
		    ((class == BPF_ST || class == BPF_STX) && in->dst_reg == BPF_REG_10))
			below = -in->off;
		if (in->code == (BPF_ALU64 | BPF_ADD | BPF_K) && is_copy[in->dst_reg])
			below = -in->imm;
		if (below > (int32_t)f->depth)
			f->depth = (uint32_t)below;
		if (class == BPF_ALU64 || class == BPF_ALU || class == BPF_LDX || class == BPF_LD)
			is_copy[in->dst_reg] = in->code == (BPF_ALU64 | BPF_MOV | BPF_X) &&
					       in->src_reg == BPF_REG_10;
		if (in->code == (BPF_JMP | BPF_CALL) && in->src_reg == BPF_PSEUDO_CALL && in->imm != -1)
			vec_push(&f->calls, function_at(s, f->section, i + 1 + (uint32_t)in->imm));
		if (in->code == (BPF_LD | BPF_IMM | BPF_DW))
			i++;
	}
}

/* Calls and addresses of functions that the object code leaves to whoever loads it. */
static void find_calls(struct stack *s, const Elf64_Shdr *rels, const Elf64_Shdr *table)
{
	const Elf64_Sym *syms = (const void *)(s->elf + table->sh_offset);
	const Elf64_Rel *rel = (const void *)(s->elf + rels->sh_offset);
	const struct bpf_insn *code = (const void *)(s->elf + s->sections[rels->sh_info].sh_offset);

	for (size_t i = 0; i < rels->sh_size / sizeof(*rel); i++) {
		const Elf64_Sym *sym = &syms[ELF64_R_SYM(rel[i].r_info)];
		uint32_t at = (uint32_t)(rel[i].r_offset / sizeof(*code));
		uint32_t to = (uint32_t)(sym->st_value / sizeof(*code));
		bool is_call = code[at].code == (BPF_JMP | BPF_CALL);
		struct code_function *from;

		if (sym->st_shndx >= s->n_sections)
			continue;
		from = &s->functions.v[function_at(s, (uint16_t)rels->sh_info, at)];
		to += is_call ? (uint32_t)(code[at].imm + 1) : (uint32_t)code[at].imm / sizeof(*code);
		vec_push(&from->calls, function_at(s, sym->st_shndx, to));
	}
}

/* A function and what it calls, as the kernel counts. */
static struct stack_use use_from(const struct stack *s, uint32_t i, unsigned level)
{
	const struct code_function *f = &s->functions.v[i];
	struct stack_use most = { 0 };

	for (size_t k = 0; level < MAX_LEVELS && k < f->calls.n; k++) {
		struct stack_use below = use_from(s, f->calls.v[k], level + 1);

		if (below.bytes > most.bytes)
			most.bytes = below.bytes;
		if (below.functions > most.functions)
			most.functions = below.functions;
	}
	most.bytes += ((f->depth ? f->depth : 1) + 31) & ~31u;
	most.functions++;
	return most;
}

static void find_all_calls(struct stack *s, const Elf64_Shdr *table)
{
	for (size_t i = 0; i < s->functions.n; i++)
		measure(s, &s->functions.v[i]);
	for (uint16_t i = 0; s->functions.n && i < s->n_sections; i++) {
		const Elf64_Shdr *rels = &s->sections[i];

		if (rels->sh_type == SHT_REL && rels->sh_info < s->n_sections &&
		    s->sections[rels->sh_info].sh_flags & SHF_EXECINSTR)
			find_calls(s, rels, table);
	}
}

/* The program is the first function of its section, whose name is its number: "p7". */
static uint32_t program_of(const struct stack *s, const struct code_function *f, uint16_t names)
{
	const char *name = s->elf + s->sections[names].sh_offset + s->sections[f->section].sh_name;

	return (uint32_t)strtoul(name + 1, NULL, 10);
}

/* The functions of a section are those of one program. */
static void count_functions(const struct stack *s, uint16_t names, struct stack_use *use)
{
	for (uint32_t i = 0, n; i < s->functions.n; i += n) {
		for (n = 1; i + n < s->functions.n; n++)
			if (s->functions.v[i + n].section != s->functions.v[i].section)
				break;
		if (n > use->all) {
			use->all = n;
			use->all_of = program_of(s, &s->functions.v[i], names);
		}
	}
}

/* Too many functions are worse than bytes. */
static bool is_worse(const struct stack_use *a, const struct stack_use *b)
{
	bool a_nests = a->functions > STACK_FUNCTIONS, b_nests = b->functions > STACK_FUNCTIONS;

	return a_nests != b_nests ? a_nests : a->bytes > b->bytes;
}

struct stack_use stack_use(const char *elf)
{
	const Elf64_Ehdr *h = (const void *)elf;
	struct stack s = {
		.elf = elf,
		.sections = (const void *)(elf + h->e_shoff),
		.n_sections = h->e_shnum,
	};
	const Elf64_Shdr *table = symbols_of(&s);
	struct stack_use most = { 0 };

	if (table) {
		find_functions(&s, table);
		find_all_calls(&s, table);
	}
	for (uint32_t i = 0; i < s.functions.n; i++) {
		struct stack_use use;

		if (s.functions.v[i].at)
			continue;
		use = use_from(&s, i, 0);
		if (is_worse(&use, &most)) {
			most = use;
			most.program = program_of(&s, &s.functions.v[i], h->e_shstrndx);
		}
	}
	count_functions(&s, h->e_shstrndx, &most);
	for (size_t i = 0; i < s.functions.n; i++)
		vec_done(&s.functions.v[i].calls);
	vec_done(&s.functions);
	return most;
}
