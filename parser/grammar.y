/* The grammar only builds. It accepts a little too much where a later look has the better words. */

%define api.pure full
%define api.prefix {grammar_}
%define api.token.prefix {G_}
%define api.token.raw
%define api.location.type {struct span}
%define api.value.type {union grammar_value}
%define parse.error custom
%define parse.lac full
%expect 0
%param {struct parser *p}
%initial-action { (void)yynerrs; /* counted for nobody */ }

%code requires {
#include "parser/c_section.h"
#include "parser/parser_priv.h"
}

%code {
static int grammar_lex(GRAMMAR_STYPE *val, struct span *at, struct parser *p);
static void grammar_error(struct span *at, struct parser *p, const char *message);

static const char late_c[] = "C definitions must appear before probes and functions";
static const char late_import[] = "root imports must appear before probes and functions";

/* Deeper stacks than this are deeper trees than NODE_MAX_DEPTH. */
#define YYMAXDEPTH 20000
#define YYLLOC_DEFAULT(out, rhs, n) \
	((out) = (n) ? span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)) : \
		       (struct span){ YYRHSLOC(rhs, 0).end, YYRHSLOC(rhs, 0).end })
}

%token END 0
%token BAD
%token <tok> ATTACH DIRECTIVE C_DEFINITION NAME VAR MAP POSITIONAL NUMBER STRING
%token CONFIG FN MACRO BREAK COMPTIME CONTINUE ELSE ENUM FALSE FOR IF IMPORT LET OFFSETOF RETURN
%token SIZEOF STRUCT TRUE TYPEINFO TYPEOF UNION UNROLL WHILE
%token LBRACE RBRACE LPAREN RPAREN LBRACKET RBRACKET SEMI COMMA COLON QUESTION DOT DOTDOT ARROW
%token INC DEC NOT BIT_NOT OR AND BIT_OR BIT_XOR BIT_AND EQ NE LT LE GT GE SHL SHR
%token PLUS MINUS STAR SLASH PERCENT
%token <tok> ASSIGN ADD_ASSIGN SUB_ASSIGN MUL_ASSIGN DIV_ASSIGN MOD_ASSIGN AND_ASSIGN OR_ASSIGN
%token <tok> XOR_ASSIGN SHL_ASSIGN SHR_ASSIGN
%token PREDICATE PREDICATE_END
%token CAST RECORD TYPE_OPEN VALUE_END RESYNC ONLY_EXPRESSION

%left OR
%left AND
%left BIT_OR
%left BIT_XOR
%left BIT_AND
%left EQ NE
%left LT LE GT GE
%left SHL SHR
%left PLUS MINUS
%left STAR SLASH PERCENT
%precedence BARE_MAP      /* a '[' behind a map is its key */
%precedence LBRACKET

%type <list> points settings stmts exprs args arg_list keys iterable members params param_list
%type <list> macro_params macro_param_list
%type <node> point predicate param body value_body any_block setting setting_value
%type <node> macro_param stmt simple variable loop if_stmt if_value
%type <node> expr binary unary postfix primary paren arg type type_annot type_or_expr map_decl
%type <tok> assign_op
%type <members> members_set

%%

program:
	  items
	| ONLY_EXPRESSION expr  { p->expression = $2; }

items:
	  %empty
	| items item

/* ---- the top level ---- */

item:
	  DIRECTIVE
		{ begin_item(p, STAGE_C, @1, late_c); c_section_add(p->script, @1); }
	| C_DEFINITION
		{ begin_item(p, STAGE_C, @1, late_c); c_section_add(p->script, @1); }
	| import
	| config
	| map_decl              { begin_item(p, STAGE_ITEMS, @1, NULL); add_item(p, $1); }
	| probe
	| function
	| macro
	| error any_block       { yyerrok; }
	| error SEMI            { yyerrok; }
	| error close           { yyerrok; }

import:
	  IMPORT STRING SEMI
		{ begin_item(p, STAGE_PREAMBLE, @1, late_import);
		  add_import(p, span_join(@1, @2), $2); }

config:
	  CONFIG ASSIGN LBRACE settings close
		{ add_config(p, @1, $4); }
	| CONFIG ASSIGN LBRACE settings setting close
		{ add_config(p, @1, node_list_add($4, $5)); }
	| CONFIG ASSIGN LBRACE settings error close
		{ yyerrok; add_config(p, @1, $4); }

settings:
	  %empty                { $$ = (struct node_list){ 0 }; }
	| settings setting SEMI { $$ = node_list_add($1, $2); }
	| settings error SEMI   { yyerrok; $$ = $1; }
	| settings error RESYNC { yyerrok; $$ = $1; }

setting:
	  NAME ASSIGN setting_value
		{ $$ = MAKE(setting, @$, .key = intern_token(p, $1), .key_span = @1, .value = $3); }

setting_value:
	  STRING                { $$ = build_string(p, @1, $1); }
	| NUMBER                { $$ = MAKE(number, @1, .value = $1.value); }
	| TRUE                  { $$ = MAKE(boolean, @1, .value = true); }
	| FALSE                 { $$ = MAKE(boolean, @1, .value = false); }
	| NAME                  { $$ = MAKE(name, @1, .name = intern_token(p, $1)); }

map_decl:
	  LET MAP ASSIGN NAME LPAREN NUMBER RPAREN opt_semi
		{ $$ = MAKE(map_decl, span_join(@1, @7), .name = intern_token(p, $2),
			    .map_kind = intern_token(p, $4), .kind_span = @4, .max = $6.value); }

opt_semi:
	  %empty
	| SEMI

probe:
	  points opt_comma predicate any_block
		{ begin_item(p, STAGE_ITEMS, @1, NULL);
		  add_item(p, MAKE(probe, @$, .points = $1.first, .predicate = $3, .body = $4)); }

points:
	  point                 { $$ = node_list_add((struct node_list){ 0 }, $1); }
	| points COMMA point    { $$ = node_list_add($1, $3); }

point:
	  ATTACH                { $$ = MAKE(attach_point, @1, .text = intern_token(p, $1)); }

opt_comma:
	  %empty
	| COMMA

predicate:
	  %empty                { $$ = NULL; }
	| PREDICATE expr PREDICATE_END  { $$ = $2; }

function:
	  FN NAME LPAREN params RPAREN COLON type_annot any_block
		{ begin_item(p, STAGE_ITEMS, @1, NULL);
		  add_item(p, MAKE(function, @$, .name = intern_token(p, $2), .name_span = @2,
				   .params = $4.first, .result = $7, .body = $8)); }

params:
	  %empty                { $$ = (struct node_list){ 0 }; }
	| param_list

param_list:
	  param                 { $$ = node_list_add((struct node_list){ 0 }, $1); }
	| param_list COMMA param        { $$ = node_list_add($1, $3); }

param:
	  variable COLON type_annot     { $$ = MAKE(param, @$, $1, $3); }

macro:
	  MACRO NAME LPAREN macro_params RPAREN any_block
		{ begin_item(p, STAGE_ITEMS, @1, NULL);
		  add_item(p, build_macro(p, @$, $2, $4, $6)); }

macro_params:
	  %empty                { $$ = (struct node_list){ 0 }; }
	| macro_param_list

macro_param_list:
	  macro_param           { $$ = node_list_add((struct node_list){ 0 }, $1); }
	| macro_param_list COMMA macro_param { $$ = node_list_add($1, $3); }

macro_param:
	  variable
	| MAP                   { $$ = build_map(p, @1, $1, (struct node_list){ 0 }); }
	| NAME                  { $$ = build_macro_word(p, @1, $1); }

/* ---- statements ---- */

/* The filter knows what a '}' is: VALUE_END when what stands behind it goes on with the value. */
body:
	  LBRACE stmts RBRACE           { $$ = build_block(p, @$, $2, NULL); }
	| LBRACE stmts simple RBRACE    { $$ = build_block(p, @$, $2, $3); }
	| LBRACE stmts error RBRACE     { yyerrok; $$ = build_block(p, @$, $2, NULL); }

value_body:
	  LBRACE stmts VALUE_END        { $$ = build_block(p, @$, $2, NULL); }
	| LBRACE stmts simple VALUE_END { $$ = build_block(p, @$, $2, $3); }
	| LBRACE stmts error VALUE_END  { yyerrok; $$ = build_block(p, @$, $2, NULL); }

any_block:
	  body
	| value_body

close:
	  RBRACE
	| VALUE_END

stmts:
	  %empty                { $$ = (struct node_list){ 0 }; }
	| stmts stmt            { $$ = node_list_add($1, $2); }
	| stmts error SEMI      { yyerrok; $$ = $1; }
	| stmts error RESYNC    { yyerrok; $$ = $1; }

stmt:
	  simple SEMI
	| if_stmt               { $$ = MAKE(expr_stmt, @1, .value = $1); }
	| body                  { $$ = MAKE(expr_stmt, @1, .value = $1); }
	| loop

simple:
	  expr                  { $$ = MAKE(expr_stmt, @1, .value = $1); }
	| expr assign_op expr   { $$ = build_assign(p, @$, $1, $2, $3); }
	| LET variable                          { $$ = MAKE(let, @$, $2, NULL, NULL); }
	| LET variable ASSIGN expr              { $$ = MAKE(let, @$, $2, NULL, $4); }
	| LET variable COLON type_annot         { $$ = MAKE(let, @$, $2, $4, NULL); }
	| LET variable COLON type_annot ASSIGN expr { $$ = MAKE(let, @$, $2, $4, $6); }
	| BREAK                 { $$ = node_new(p->arena, NODE_break_stmt, @1); }
	| CONTINUE              { $$ = node_new(p->arena, NODE_continue_stmt, @1); }
	| RETURN                { $$ = MAKE(return_stmt, @1, NULL); }
	| RETURN expr           { $$ = MAKE(return_stmt, @$, $2); }
	| IMPORT STRING
		{ $$ = MAKE(import, @$, .path = $2.text, .len = $2.len, .in_block = true); }

variable:
	  VAR                   { $$ = MAKE(var, @1, .name = intern_token(p, $1)); }

assign_op:
	  ASSIGN | ADD_ASSIGN | SUB_ASSIGN | MUL_ASSIGN | DIV_ASSIGN | MOD_ASSIGN | AND_ASSIGN
	| OR_ASSIGN | XOR_ASSIGN | SHL_ASSIGN | SHR_ASSIGN

loop:
	  WHILE unary any_block         { $$ = MAKE(while_loop, @$, .cond = $2, .body = $3); }
	| UNROLL unary any_block        { $$ = MAKE(unroll, @$, .count = $2, .body = $3); }
	| FOR variable COLON iterable any_block
		{ $$ = build_for(p, @$, $2, $4, $5); }
	| FOR LPAREN variable COLON iterable RPAREN any_block
		{ $$ = build_for(p, @$, $3, $5, $7); }

iterable:
	  primary                       { $$ = node_list_add((struct node_list){ 0 }, $1); }
	| primary DOTDOT primary
		{ $$ = node_list_add(node_list_add((struct node_list){ 0 }, $1), $3); }

if_stmt:
	  IF unary body                         { $$ = MAKE(cond, @$, $2, $3, NULL); }
	| IF unary body ELSE body               { $$ = MAKE(cond, @$, $2, $3, $5); }
	| IF unary body ELSE if_stmt            { $$ = MAKE(cond, @$, $2, $3, $5); }

if_value:
	  IF unary value_body                   { $$ = MAKE(cond, @$, $2, $3, NULL); }
	| IF unary body ELSE value_body         { $$ = MAKE(cond, @$, $2, $3, $5); }
	| IF unary body ELSE if_value           { $$ = MAKE(cond, @$, $2, $3, $5); }

/* ---- expressions ---- */

expr:
	  binary
	| binary QUESTION expr COLON expr       { $$ = MAKE(ternary, @$, $1, $3, $5); }
	| binary QUESTION COLON expr            { $$ = MAKE(ternary, @$, $1, NULL, $4); }

binary:
	  unary
	| binary OR binary              { $$ = build_binary(p, @$, OP_OR, $1, $3, @2); }
	| binary AND binary             { $$ = build_binary(p, @$, OP_AND, $1, $3, @2); }
	| binary BIT_OR binary          { $$ = build_binary(p, @$, OP_BIT_OR, $1, $3, @2); }
	| binary BIT_XOR binary         { $$ = build_binary(p, @$, OP_BIT_XOR, $1, $3, @2); }
	| binary BIT_AND binary         { $$ = build_binary(p, @$, OP_BIT_AND, $1, $3, @2); }
	| binary EQ binary              { $$ = build_binary(p, @$, OP_EQ, $1, $3, @2); }
	| binary NE binary              { $$ = build_binary(p, @$, OP_NE, $1, $3, @2); }
	| binary LT binary              { $$ = build_binary(p, @$, OP_LT, $1, $3, @2); }
	| binary LE binary              { $$ = build_binary(p, @$, OP_LE, $1, $3, @2); }
	| binary GT binary              { $$ = build_binary(p, @$, OP_GT, $1, $3, @2); }
	| binary GE binary              { $$ = build_binary(p, @$, OP_GE, $1, $3, @2); }
	| binary SHL binary             { $$ = build_binary(p, @$, OP_SHL, $1, $3, @2); }
	| binary SHR binary             { $$ = build_binary(p, @$, OP_SHR, $1, $3, @2); }
	| binary PLUS binary            { $$ = build_binary(p, @$, OP_ADD, $1, $3, @2); }
	| binary MINUS binary           { $$ = build_binary(p, @$, OP_SUB, $1, $3, @2); }
	| binary STAR binary            { $$ = build_binary(p, @$, OP_MUL, $1, $3, @2); }
	| binary SLASH binary           { $$ = build_binary(p, @$, OP_DIV, $1, $3, @2); }
	| binary PERCENT binary         { $$ = build_binary(p, @$, OP_MOD, $1, $3, @2); }

unary:
	  postfix
	| NOT unary                     { $$ = MAKE(unary, @$, OP_NOT, $2); }
	| BIT_NOT unary                 { $$ = MAKE(unary, @$, OP_BIT_NOT, $2); }
	| MINUS unary                   { $$ = MAKE(unary, @$, OP_NEG, $2); }
	| STAR unary                    { $$ = MAKE(unary, @$, OP_DEREF, $2); }
	| BIT_AND unary                 { $$ = build_address(p, @$, $2); }
	| INC unary                     { $$ = build_incdec(p, @$, OP_INC, true, $2); }
	| DEC unary                     { $$ = build_incdec(p, @$, OP_DEC, true, $2); }
	| CAST type_annot RPAREN unary  { $$ = MAKE(cast, @$, $2, $4); }
	| COMPTIME unary                { $$ = MAKE(comptime, @$, .operand = $2); }

postfix:
	  primary
	| postfix DOT NAME              { $$ = MAKE(field, @$, $1, intern_token(p, $3), @3); }
	| postfix ARROW NAME            { $$ = MAKE(field, @$, $1, intern_token(p, $3), @3); }
	| postfix DOT NUMBER            { $$ = MAKE(element, @$, $1, $3.value); }
	| postfix LBRACKET expr RBRACKET { $$ = MAKE(index, @$, $1, $3); }
	| postfix INC                   { $$ = build_incdec(p, @$, OP_INC, false, $1); }
	| postfix DEC                   { $$ = build_incdec(p, @$, OP_DEC, false, $1); }

primary:
	  paren
	| if_value
	| value_body
	| SIZEOF type_or_expr           { $$ = MAKE(size_of, @$, $2); }
	| OFFSETOF LPAREN expr COMMA members RPAREN
		{ $$ = MAKE(offset_of, @$, $3, $5.first); }
	| OFFSETOF TYPE_OPEN type COMMA members RPAREN
		{ $$ = MAKE(offset_of, @$, $3, $5.first); }
	| TYPEINFO type_or_expr         { $$ = MAKE(type_info, @$, $2); }
	| TRUE                          { $$ = MAKE(boolean, @1, true); }
	| FALSE                         { $$ = MAKE(boolean, @1, false); }
	| NUMBER                        { $$ = MAKE(number, @1, .value = $1.value); }
	| STRING                        { $$ = build_string(p, @1, $1); }
	| NAME                          { $$ = MAKE(name, @1, .name = intern_token(p, $1)); }
	| NAME LPAREN args RPAREN
		{ $$ = MAKE(call, @$, .name = intern_token(p, $1), .name_span = @1,
			    .args = $3.first); }
	| MAP %prec BARE_MAP            { $$ = build_map(p, @1, $1, (struct node_list){ 0 }); }
	| MAP LBRACKET keys RBRACKET    { $$ = build_map(p, @$, $1, $3); }
	| variable
	| POSITIONAL                    { $$ = MAKE(positional, @1, $1.value); }

paren:
	  LPAREN RPAREN                 { $$ = MAKE(tuple, @$, .elems = NULL); }
	| LPAREN expr RPAREN            { $$ = $2; }
	| LPAREN expr COMMA RPAREN      { $$ = MAKE(tuple, @$, .elems = $2); }
	| LPAREN expr COMMA exprs opt_comma RPAREN
		{ $2->next = $4.first; $$ = MAKE(tuple, @$, .elems = $2); }
	| RECORD members_set RPAREN     { $$ = build_record(p, @$, $2); }

exprs:
	  expr                          { $$ = node_list_add((struct node_list){ 0 }, $1); }
	| exprs COMMA expr              { $$ = node_list_add($1, $3); }

keys:
	  exprs

args:
	  %empty                        { $$ = (struct node_list){ 0 }; }
	| arg_list

arg_list:
	  arg                           { $$ = node_list_add((struct node_list){ 0 }, $1); }
	| arg_list COMMA arg            { $$ = node_list_add($1, $3); }

arg:
	  expr
	| TYPEOF type_or_expr           { $$ = MAKE(type_of, @$, $2); }

members:
	  NAME
		{ $$ = node_list_add((struct node_list){ 0 },
				     MAKE(name, @1, .name = intern_token(p, $1))); }
	| members DOT NAME
		{ $$ = node_list_add($1, MAKE(name, @3, .name = intern_token(p, $3))); }

members_set:
	  NAME ASSIGN expr
		{ $$ = add_member(p, (struct member_list){ 0 }, @1, $1, $3); }
	| members_set COMMA NAME ASSIGN expr
		{ $$ = add_member(p, $1, @3, $3, $5); }

type_or_expr:
	  LPAREN expr RPAREN            { $$ = $2; }
	| TYPE_OPEN type_annot RPAREN   { $$ = $2; }

type_annot:
	  type
	| TYPEOF type_or_expr           { $$ = MAKE(type_of, @$, $2); }

type:
	  NAME                          { $$ = build_type(p, @$, $1, TAG_NONE); }
	| STRUCT NAME                   { $$ = build_type(p, @$, $2, TAG_STRUCT); }
	| UNION NAME                    { $$ = build_type(p, @$, $2, TAG_UNION); }
	| ENUM NAME                     { $$ = build_type(p, @$, $2, TAG_ENUM); }
	| type STAR                     { $$ = add_suffix(p, @$, $1, SUFFIX_POINTER); }
	| type LBRACKET RBRACKET        { $$ = add_suffix(p, @$, $1, SUFFIX_UNSIZED); }
	| type LBRACKET NUMBER RBRACKET { $$ = add_length(p, @$, $1, $3.value); }

%%

/* Terminals and symbols have the same numbers (api.token.raw). */
static const enum token_kind kind_of_symbol[YYNTOKENS] = {
#define TOKEN(name, text) [G_##name] = TOK_##name,
#define KEYWORD(name, text) TOKEN(name, text)
#define PUNCT(name, text) TOKEN(name, text)
#define RENAMED(name, text) TOKEN(name, text)
#include "lexer/tokens.def"
#undef TOKEN
#undef KEYWORD
#undef PUNCT
#undef RENAMED
};

static const int terminal[TOKENS] = {
#define TOKEN(name, text) [TOK_##name] = G_##name,
#define KEYWORD(name, text) TOKEN(name, text)
#define PUNCT(name, text) TOKEN(name, text)
#define RENAMED(name, text) TOKEN(name, text)
#include "lexer/tokens.def"
#undef TOKEN
#undef KEYWORD
#undef PUNCT
#undef RENAMED
};

static int grammar_lex(GRAMMAR_STYPE *val, struct span *at, struct parser *p)
{
	val->tok = filter_next(p);
	*at = val->tok.span;
	return terminal[val->tok.kind];
}

static int yyreport_syntax_error(const yypcontext_t *at, struct parser *p)
{
	yysymbol_kind_t symbols[YYNTOKENS];
	enum token_kind expected[YYNTOKENS];
	int n = yypcontext_expected_tokens(at, symbols, YYNTOKENS);

	for (int i = 0; i < n; i++)
		expected[i] = kind_of_symbol[symbols[i]];
	complain(p, expected, n > 0 ? (unsigned)n : 0);
	return 0;
}

/* Only for a full stack: syntax errors are reported above. */
static void grammar_error(struct span *at, struct parser *p, const char *message)
{
	(void)message;
	complain_too_deep(p, *at, "what is begun and not ended", YYMAXDEPTH);
}
