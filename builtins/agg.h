#ifndef SONDE_BUILTINS_AGG_H
#define SONDE_BUILTINS_AGG_H

#include <stdbool.h>
#include <stdint.h>

#include "builtins/builtin.h"

/* What several aggregations do alike. */

/* check(): the type of a call is the aggregation, with the sign of its first argument. */
int agg_check_number(struct script *s, struct unit *u, struct node *call);
/* The value of a literal argument. False when there is none; *ret_negative: below zero. */
bool agg_literal(const struct node *call, unsigned n, uint64_t *ret_value, bool *ret_negative);

/* Slots that are one 64-bit number to which things are added. */
void agg_emit_add(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value);
void agg_emit_add_one(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value);
void agg_emit_merge(struct cg *cg, const struct type *t, struct cg_slot *acc, struct cg_slot *slot);
struct value agg_emit_number(struct cg *cg, const struct type *t, struct cg_slot *acc);
void agg_format(struct output *o, const struct type *t, const void *acc, int64_t div, struct strbuf *out);
__int128 agg_rank(const struct type *t, const void *acc);

/* Slots {total, count}. */
struct agg_mean {
	int64_t total;
	uint64_t count;
};
void agg_mean_emit_update(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value);
void agg_mean_emit_merge(struct cg *cg, const struct type *t, struct cg_slot *acc, struct cg_slot *slot);
void agg_mean_merge(const struct type *t, void *acc, const void *slot);
/* Total by count, towards zero; 0 when nothing was counted. Unsigned ones as the bits of a uint64. */
int64_t agg_mean(const struct type *t, const void *acc);
/* The same kernel side: 64 bits. */
struct LLVMOpaqueValue *agg_emit_mean(struct cg *cg, const struct type *t, struct cg_slot *acc);
__int128 agg_mean_rank(const struct type *t, const void *acc);

/* A number as the type has it, divided towards zero (div 0 or 1: not), as text. */
void agg_put(const struct type *t, int64_t v, int64_t div, struct strbuf *out);

/* Slots that are 64-bit counts: lines from the first to the last bucket that is not empty, and a blank
 * one. label appends the label of bucket i. */
void agg_put_bars(const struct type *t, const void *slots, int64_t div,
		  void (*label)(const struct type *t, uint32_t i, struct strbuf *out), struct strbuf *out);
__int128 agg_rank_total(const struct type *t, const void *counts);

#endif
