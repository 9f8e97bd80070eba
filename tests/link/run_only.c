/* The run side linked alone: everything that runs a program, nothing that compiles one. The program
 * is made by hand: one begin probe that adds 1 to the map @hits. Prints what sonde would: two
 * newlines, the map. */
#include <elf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "ast/plan.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/intern.h"
#include "base/source.h"
#include "base/vec.h"
#include "probes/probe.h"
#include "runtime/output.h"
#include "runtime/run.h"

enum { N_INSNS = 7, SECTIONS = 3 };

static const char names[] = "\0p0\0.shstrtab";

/* An object file as the compiler writes it: the program's section, and the names of sections. */
struct object_file {
	Elf64_Ehdr head;
	Elf64_Shdr sections[SECTIONS];
	struct bpf_insn code[N_INSNS];
	char names[sizeof(names)];
};

/* *(slot) = 1 ("is set"); *(slot + 8) += 1; return 0 */
static void write_code(struct bpf_insn *in, uint32_t slot)
{
	const struct bpf_insn code[N_INSNS] = {
		{.code = BPF_LD | BPF_IMM | BPF_DW,
		 .dst_reg = 1,
		 .src_reg = BPF_PSEUDO_MAP_VALUE,
		 .imm = PLAN_MAP_GLOBALS},
		{.imm = (int32_t)slot},
		{.code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 1, .imm = 1},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 1},
		{.code = BPF_STX | BPF_ATOMIC | BPF_DW,
		 .dst_reg = 1,
		 .src_reg = 2,
		 .off = 8,
		 .imm = BPF_ADD},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};

	memcpy(in, code, sizeof(code));
}

static void write_object(struct object_file *o, uint32_t slot)
{
	memset(o, 0, sizeof(*o));
	memcpy(o->head.e_ident, ELFMAG, SELFMAG);
	o->head.e_ident[EI_CLASS] = ELFCLASS64;
	o->head.e_ident[EI_DATA] = ELFDATA2LSB;
	o->head.e_ident[EI_VERSION] = o->head.e_version = EV_CURRENT;
	o->head.e_type = ET_REL;
	o->head.e_machine = EM_BPF;
	o->head.e_ehsize = sizeof(o->head);
	o->head.e_shoff = offsetof(struct object_file, sections);
	o->head.e_shentsize = sizeof(o->sections[0]);
	o->head.e_shnum = SECTIONS;
	o->head.e_shstrndx = 2;
	o->sections[1] = (Elf64_Shdr){.sh_name = 1,
				      .sh_type = SHT_PROGBITS,
				      .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
				      .sh_offset = offsetof(struct object_file, code),
				      .sh_size = sizeof(o->code),
				      .sh_addralign = 8};
	o->sections[2] = (Elf64_Shdr){.sh_name = 4,
				      .sh_type = SHT_STRTAB,
				      .sh_addralign = 1,
				      .sh_offset = offsetof(struct object_file, names),
				      .sh_size = sizeof(names)};
	write_code(o->code, slot);
	memcpy(o->names, names, sizeof(names));
}

int main(void)
{
	struct arena *arena = arena_new();
	struct types *types = types_new(arena, intern_new(arena));
	const struct probe_kind *begin = probe_kind_find("begin");
	const struct attach_target target = { .kind = begin, .name = "begin" };
	struct prog_desc prog = {.kind = begin,
				 .name = "begin_1",
				 .section = "p0",
				 .targets = &target,
				 .n_targets = 1,
				 .prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT};
	struct map_desc hits = {
		.name = "hits", .value = type_int(types, 64, true), .value_size = 8};
	struct map_desc *maps[] = { &hits };
	struct prog_desc *progs[] = { &prog };
	struct plan plan = {
		.maps = maps, .n_maps = 1, .progs = progs, .n_progs = 1, .scalars_size = 16};
	struct object_file object;
	struct program program = { &plan, &object, sizeof(object) };
	struct host host;
	struct run_options opt = { .host = &host, .process_fd = -1, .quiet = true };
	int status;

	host_init(&host);
	settings_defaults(&plan.settings);
	hits.slot = plan_scalars_at(&plan);
	write_object(&object, hits.slot);
	opt.diags = diags_new(arena, sources_new(arena));
	opt.output = output_new(stdout, BUFFER_LINE, &plan.settings);
	status = run_program(&program, &opt);
	output_free(opt.output);
	arena_free(arena);
	return status;
}
