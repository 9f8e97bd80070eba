#ifndef SONDE_AST_SETTINGS_H
#define SONDE_AST_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

/* Config variables (spec/cli.md 5): SETTING rows in settings.def give members, names and defaults. */
enum missing_probes { MISSING_ERROR, MISSING_WARN, MISSING_IGNORE };
enum stack_mode { STACK_BPFTRACE, STACK_PERF, STACK_RAW, STACK_BUILD_ID };
enum symbol_cache { CACHE_DEFAULT, CACHE_PER_PID, CACHE_PER_PROGRAM, CACHE_NONE };
enum unstable { UNSTABLE_ENABLE, UNSTABLE_WARN, UNSTABLE_ERROR };

struct settings {
	enum symbol_cache cache_user_symbols;
	bool cpp_demangle;
	bool lazy_symbolication;
	const char *license;
	uint64_t log_size;
	uint64_t max_bpf_progs;
	uint64_t max_cat_bytes;
	uint64_t max_map_keys;
	uint64_t max_probes;
	uint64_t max_strlen;
	enum missing_probes missing_probes;
	uint64_t on_stack_limit;
	uint64_t perf_rb_pages;        /* 0: worked out from the memory of the machine */
	bool print_maps_on_exit;
	bool show_debug_info;
	enum stack_mode stack_mode;
	const char *str_trunc_trailer;
	enum unstable unstable_import_statement, unstable_typeinfo, unstable_tseries, unstable_dw_ustack;
	bool use_blazesym;
};

#endif
