#ifndef SONDE_CODEGEN_CODEGEN_H
#define SONDE_CODEGEN_CODEGEN_H

#include <stdbool.h>

struct program;
struct script;

struct codegen_options {
	bool dump_ir, dump_optimized;  /* to stdout */
	bool verify;                   /* have LLVM check its own input */
};

/* Makes the program of a checked script: events and sites are added to its plan, which the program
 * shares. 0, or -1 with diags. program_done() lets go of the object code. */
int codegen_program(struct script *s, struct codegen_options opt, struct program *ret_program);
void program_done(struct program *p);

#endif
