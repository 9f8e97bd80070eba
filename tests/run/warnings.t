# What sonde warns of when it compiles: every row of the index of warnings. All scripts are good.

NAME   [checks 16] [checks 2.1] config: old names, names without effect
NEEDS  root once
SCRIPT config = { strlen = 64; map_keys_max = 10; cat_bytes_max = 10; no_cpp_demangle = true; symbol_source = 1; unstable_macro = 1 } begin { }
ARGS   --dry-run
MATCH  ^WARNING: strlen has been renamed, please use max_strlen$|^stdin:1:[0-9-]+: WARNING: strlen has been renamed, please use max_strlen$
MATCH  WARNING: map_keys_max has been renamed, please use max_map_keys$
MATCH  WARNING: cat_bytes_max has been renamed, please use max_cat_bytes$
MATCH  WARNING: no_cpp_demangle has been renamed, please use cpp_demangle$
MATCH  WARNING: symbol_source is deprecated and has no effect$
MATCH  WARNING: unstable_macro is deprecated and has no effect$

NAME   [checks 16] [checks 2.3] an unstable feature, once for the script
NEEDS  root once
RUN    $SONDE --dry-run -e 'begin { @a = tseries(1, 1s, 5); @b = tseries(1, 1s, 5); }' 2>&1 | grep -c 'Script is using an unstable feature: tseries. To prevent this warning you must explicitly enable it in the config e.g. unstable_tseries=enable'
	$SONDE --dry-run -e 'config = { unstable_tseries = enable } begin { @a = tseries(1, 1s, 5); }' 2>&1 | grep -c unstable; true
LINE   1
LINE   0

NAME   [checks 2.3] typeinfo() allowed, with a warning and without
NEEDS  root
RUN    $SONDE -q -e 'config = { unstable_typeinfo = warn } begin { print(typeinfo("a").full_type); print(typeinfo(1).base_type); }' 2>&1 | grep -v '^$'
	SONDE_UNSTABLE_TYPEINFO=enable $SONDE -q -e 'begin { print(typeinfo(uint64).full_type); }' 2>&1 | grep -v '^$'
EXPECT
	WARNING: Script is using an unstable feature: typeinfo. To prevent this warning you must explicitly enable it in the config e.g. unstable_typeinfo=enable
	string[2]
	int
	uint64

NAME   [checks 16] [checks 2.4] while
NEEDS  root once
SCRIPT begin { $i = 0; while ($i < 3) { $i++; } }
ARGS   --dry-run
MATCH  ^stdin:1:17-22: WARNING: While loops are deprecated and may be removed in the future\.$
MATCH  ^HINT: For loops support ranges

NAME   [checks 16] [checks 3.2] a name that several programs of the path have
NEEDS  root once
RUN    mkdir -p {{TMP}}/a {{TMP}}/b; cp {{PROGS}}/calls {{TMP}}/a/; cp {{PROGS}}/calls {{TMP}}/b/; PATH={{TMP}}/a:{{TMP}}/b:$PATH $SONDE --dry-run -e 'uprobe:calls:outer { }' 2>&1
MATCH  WARNING: attaching to uprobe target file '.*calls' but matched 2 binaries$

NAME   [checks 16] [checks 3.3] probes that are left out
NEEDS  root
SCRIPT config = { missing_probes = warn } tracepoint:sched:nosuch { } tracepoint:nosuch* { } begin { }
ARGS   --dry-run
MATCH  WARNING: No matches for tracepoint sched:nosuch\. Skipping\.$
MATCH  ^stdin:1:64-82: WARNING: Probe has no valid attach points\. It is being removed which may cause issues with program behavior\.$

NAME   [checks 16] [checks 4] [lexical 8.3] what is never reached
NEEDS  root once
SCRIPT begin { for ($i : 0..3) { continue; print(1); print(2); } if (pid) { exit(); print(3); } return; print(4); }
ARGS   --dry-run
MATCH  ^stdin:1:37-45: WARNING: Unreachable statement\.$
MATCH  ^stdin:1:78-86: WARNING: Unreachable statement\.$
MATCH  ^stdin:1:98-106: WARNING: Unreachable statement\.$
MATCH_NOT 1:47

NAME   [checks 16] [checks 4] [lexical 8.3] a value that is never reached
NEEDS  root once
SCRIPT begin { _ = { exit(); 5 }; }
ARGS   --dry-run
MATCH  WARNING: Unreachable expression; block type is implicitly none\.$

NAME   [checks 16] [checks 7] [lexical 2.5] a parameter that is not there
NEEDS  root once
SCRIPT begin { print(($1, $2)); print(str($3)); }
ARGS   --dry-run
PARAMS 5 ''
MATCH  ^stdin:1:20-22: WARNING: Positional parameter \$2 is empty or not provided\. $
MATCH  ^stdin:1:36-38: WARNING: Positional parameter \$3 is empty or not provided\. $
MATCH_NOT \$1 is empty

NAME   [checks 16] [checks 8] [lexical 8.2] a text without its bytes
NEEDS  root once
SCRIPT begin { print("abc" + 3); print(4 + "abc"); print(str($1 + 2)); print("abc" + 2); }
ARGS   --dry-run
PARAMS ab
MATCH  ^stdin:1:15-24: WARNING: literal string will always be empty$
MATCH  ^stdin:1:33-42: WARNING: literal string will always be empty$
MATCH  ^stdin:1:55-61: WARNING: literal string will always be empty$
MATCH_NOT 1:71

NAME   [checks 16] [checks 9] [types 4] variables without a value
NEEDS  root once
SCRIPT begin { let $a : int64; let $b : int64; print($b); $b = 1; let $c : int64; print(sizeof($c)); let $d : int64; print(&$d != 0); }
ARGS   --dry-run
MATCH  ^stdin:1:13-15: WARNING: Variable \$a was never assigned to\.$
MATCH  ^stdin:1:47-49: WARNING: Variable used before it was assigned: \$b$
MATCH  ^stdin:1:64-66: WARNING: Variable \$c was never assigned to\.$
MATCH_NOT assigned: \$c|assigned: \$d|Variable \$[bd] was never

NAME   [checks 16] [checks 10] a declared map that nobody uses
NEEDS  root once
SCRIPT let @x = hash(5); let @y = hash(5); begin { @y[1] = 1; }
ARGS   --dry-run
MATCH  WARNING: Unused map: @x$
MATCH_NOT Unused map: @y

NAME   [checks 16] [checks 9] [types 3] values that may not fit
NEEDS  root once
SCRIPT begin { $u = (uint64)pid; let $n : int8 = $u; $s = (int64)-5; $s = $u; @k[(int64)1] = 1; @k[$u] = 1; print($u == (int64)5);
	@m = (int64)1; @m = $u; print($u * (int64)2); let $fits : uint8 = 255; }
ARGS   --dry-run
MATCH  ^stdin:1:43-45: WARNING: Expression of type: uint64 being cast to type: int8\. This may cause unexpected results\. Use an explicit cast to suppress this warning\.$
MATCH  ^stdin:1:68-70: WARNING: Expression of type: uint64 being cast to type: int64\.
MATCH  ^stdin:1:93-95: WARNING: Expression of type: uint64 being cast to type: int64\.
MATCH  ^stdin:1:108-110: WARNING: Expression of type: uint64 being cast to type: int64\.
MATCH  ^stdin:2:[0-9-]+: WARNING: Expression of type: uint64 being cast to type: int64\.

NAME   [checks 16] [checks 13] [types 5] casts that do nothing
NEEDS  root once
SCRIPT begin { $x = (int64)pid; print((int64)$x); print((int32)$x); }
ARGS   --dry-run
MATCH  ^stdin:1:32-41: WARNING: Unnecessary cast: expression is already of type int64$
MATCH_NOT type int32

NAME   [checks 16] [checks 13] [types 8] pointers of two types
NEEDS  root once
SCRIPT begin { $a = (int8 *)1; $b = (int16 *)1; print($a == $b); print($a < $b); print($a == (int8 *)5); }
ARGS   --dry-run
MATCH  ^stdin:1:48-56: WARNING: comparison of distinct pointer types: int8, int16$
MATCH  ^stdin:1:48-50: WARNING: left \(int8 \*\)$
MATCH  ^stdin:1:54-56: WARNING: right \(int16 \*\)$
MATCH  ^stdin:1:65-72: WARNING: comparison of distinct
MATCH_NOT 1:81

NAME   [checks 16] [checks 13] [types 9] memory of two kinds
NEEDS  root once
SCRIPT begin { $k = kptr((int8 *)1); $u = uptr((int8 *)1); print($k == $u); print($k == kptr((int8 *)2)); }
ARGS   --dry-run
MATCH  ^stdin:1:59-67: WARNING: Addrspace mismatch$
MATCH_NOT 1:76

NAME   [checks 16] [checks 13] [types 8] signed division
NEEDS  root once
SCRIPT begin { $x = (int64)pid; $y = (int8)-7; print($x / 2); print($x % 2); print($y / $y); print((uint64)pid / 2); }
ARGS   --dry-run
MATCH  ^stdin:1:47-53: WARNING: signed operands for '/' can lead to undefined behavior \(cast to unsigned to silence warning\)$
MATCH  ^stdin:1:62-68: WARNING: signed operands for '%' can lead
MATCH_NOT 1:77|1:92

NAME   [checks 16] [checks 12] lengths over max_strlen
NEEDS  root once
SCRIPT begin { print(str(pid, 5000)); print(buf(pid, 5000)); print(str(pid, 64)); }
ARGS   --dry-run
MATCH  ^stdin:1:24-28: WARNING: length param \(5000\) is too long and will be shortened to 1024 bytes \(see BPFTRACE_MAX_STRLEN\)$
MATCH  ^stdin:1:47-51: WARNING: length param \(5000\) is too long and will be shortened to 1020 bytes
MATCH_NOT \(64\)

NAME   [checks 16] [checks 12] print in a loop, print with numbers that mean nothing
NEEDS  root once
SCRIPT begin { @x[1] = 1; @s[1] = stats(1); for ($kv : @x) { print(@s); } print(@s, 5, 2); }
ARGS   --dry-run
MATCH  ^stdin:1:55-64: WARNING: Due to it's asynchronous nature
MATCH  ^stdin:1:68-83: WARNING: print\(\)'s top and div arguments are ignored when used on stats\(\) maps\.$

NAME   [checks 16] [checks 11] values that nobody wants
NEEDS  root once
SCRIPT begin { 5; pid; nsecs(boot); $x = 1; $x; $x++; _ = pid; delete(@k, 1); @k[1] = 1; }
ARGS   --dry-run
MATCH  ^stdin:1:9-10: WARNING: Return value discarded\.$
MATCH  ^stdin:1:12-15: WARNING: Return value discarded\.$
MATCH  ^stdin:1:17-28: WARNING: Return value discarded\.$
MATCH  ^stdin:1:38-40: WARNING: Return value discarded\.$
MATCH_NOT 1:42|1:48|1:57

NAME   [checks 16] --no-warnings
NEEDS  root
SCRIPT let @x = hash(5); begin { 5; while (0) { } print($1); }
ARGS   -q --no-warnings
EXPECT 0

NAME   [types 6.1] a map is declared once; the same again is no other declaration
NEEDS  root
SCRIPT let @x = hash(2); let @x = hash(3); let @y = hash(2); let @y = hash(2); let @x = lruhash(2);
	begin { @x[1] = 1; @y[1] = 2; clear(@x); clear(@y); }
ARGS   -q
MATCH  ^stdin:1:19-35: WARNING: @x was declared already: this declaration does not count$
	^stdin:1:1-17: WARNING: This is the declaration that counts\.$
	^stdin:1:73-92: WARNING: @x was declared already
MATCH_NOT @y was declared
