# getopt(): parameters by name.

NAME   [lexical 2.6] the default gives the type
NEEDS  root
SCRIPT begin { printf("%d %d %d %s\n", getopt("n", 7), getopt("i", -3), getopt("b"), getopt("t", "text"));
	print((sizeof(getopt("n", 7)), sizeof(getopt("b")), sizeof(getopt("t", "text")), getopt("c", true))); }
ARGS   -q
EXPECT
	7 -3 0 text
	(8, 1, 1024, true)

NAME   [lexical 2.6] values from the command line
NEEDS  root
SCRIPT begin { printf("%d %d %d %s|\n", getopt("n", 7), getopt("i", -3), getopt("b"), getopt("t", "text")); }
ARGS   -q
PARAMS -- --n=9 --i=12 --b --t=more
EXPECT 9 12 1 more|

NAME   [lexical 2.6] numbers as the language writes them
NEEDS  root
RUN    for n in 0x10 0b11 017 1e3 5ms 1_000 -5 18446744073709551615 7u; do $SONDE -q -e 'begin { print(getopt("n", 7)); }' -- --n=$n; done
	for n in -9223372036854775808 9223372036854775807 -0x10; do $SONDE -q -e 'begin { print(getopt("n", -7)); }' -- --n=$n; done
LINE   16
LINE   3
LINE   15
LINE   1000
LINE   5000000
LINE   18446744073709551611
LINE   18446744073709551615
LINE   7
LINE   -9223372036854775808
LINE   9223372036854775807
LINE   -16

NAME   [lexical 2.6] booleans in words
NEEDS  root
RUN    for b in =true =1 =On =YES ''; do $SONDE -q -e 'begin { printf("%d", getopt("b", false)); }' -- --b$b; done | tr -d '\n'; echo
	for b in =FALSE =0 =off =no; do $SONDE -q -e 'begin { printf("%d", getopt("b", true)); }' -- --b$b; done | tr -d '\n'; echo
LINE   11111
LINE   0000

NAME   getopt: texts are compared and kept like others
NEEDS  root
SCRIPT begin { if (getopt("t", "a") == "word") { @[getopt("t", "a")] = count(); } $x = getopt("t", "a"); @s = $x; print(strncmp(getopt("t", "a"), "wo", 2)); }
ARGS   -q
PARAMS -- --t=word
EXPECT
	0


	@[word]: 1
	@s: word

NAME   getopt: a text is cut to max_strlen, and shows it
NEEDS  root
SCRIPT config = { max_strlen = 5 } begin { print(getopt("t", "abc", "more than five")); print(getopt("l", "longer")); }
ARGS   -q
PARAMS -- --t=a234567
EXPECT
	a2345..
	longe..

NAME   getopt: the last one wins; an empty text; more than one =
NEEDS  root
SCRIPT begin { printf("<%s> <%s> <%s>\n", getopt("a", "x"), getopt("b", "x"), getopt("c", "x")); }
ARGS   -q
PARAMS -- --a=1 --a=2 --b= --c=d=e
EXPECT <2> <> <>

NAME   getopt: the same one in several probes
NEEDS  root
SCRIPT begin { print(getopt("n", 1, "a number")); } end { print(getopt("n", 1) + 1); } interval:ms:1 /getopt("n", 1) == 2/ { exit(); }
ARGS   -q
PARAMS -- --n=2
EXPECT
	2
	3

NAME   getopt: positional parameters stand beside it, and may be its default
NEEDS  root once
SCRIPT begin { printf("%d %d %d\n", $1, getopt("n", $2), $#); }
ARGS   -q
PARAMS 5 -- --other 6
STATUS 1
ERR    ^ERROR: unexpected program command line options: --other$
ERR    ^HINT: expected program options: --n$

NAME   getopt: no literal for folding
NEEDS  root once
SCRIPT begin { unroll (getopt("n", 3)) { print(1); } }
STATUS 1
ERR    ERROR: invalid unroll value

NAME   [checks 15] values that are none
NEEDS  root once
RUN    for p in n n= n=5x n=x n=0x n=1_ n=99999999999999999999 i=9223372036854775808 i b= b=maybe t n=12e4; do
	$SONDE -q -e 'begin { print((getopt("n", 7), getopt("i", -3), getopt("b"), getopt("t", "text"))); }' -- --$p 2>&1; echo $?; done | uniq
EXPECT
	ERROR: program command line option --n expects an integer (value: true)
	1
	ERROR: program command line option --n invalid integer (value: )
	1
	ERROR: program command line option --n invalid trailing bytes (value: 5x)
	1
	ERROR: program command line option --n invalid integer (value: x)
	1
	ERROR: program command line option --n invalid integer (value: 0x)
	1
	ERROR: program command line option --n trailing underscore in integer literal (value: 1_)
	1
	ERROR: program command line option --n value is out of range (value: 99999999999999999999)
	1
	ERROR: program command line option --i value is out of range (value: 9223372036854775808)
	1
	ERROR: program command line option --i expects an integer (value: true)
	1
	ERROR: program command line option --b expects a boolean (e.g. 'true') (value: )
	1
	ERROR: program command line option --b expects a boolean (e.g. 'true') (value: maybe)
	1
	ERROR: program command line option --t expects a string (value: true)
	1
	ERROR: program command line option --n coefficient part of scientific literal must be 1-9 (value: 12e4)
	1

NAME   [checks 15] parameters that nobody asked for
NEEDS  root once
RUN    $SONDE -e 'begin { print((getopt("a"), getopt("b", 1, "text"))); }' -- --x --b=2 --y=5 -- 2>&1; echo $?
	$SONDE -e 'begin { }' -- --x 2>&1; echo $?
EXPECT
	ERROR: unexpected program command line options: --x, --y, --
	HINT: expected program options: --a: --b
	1
	ERROR: unexpected program command line options: --x
	HINT: no custom program options defined.
	1

NAME   getopt: --help of the script
NEEDS  root once
RUN    $SONDE -e 'begin { print((getopt("a"), getopt("b", 1, "how many"))); }' -- --help 2>&1 >{{TMP}}/out; echo $?; cat {{TMP}}/out
	$SONDE -e 'begin { print(getopt("a")); }' -- --help=1 --b 2>&1; echo $?
	$SONDE -e 'begin { }' -- --help 2>&1; echo $?
EXPECT
	HINT: expected program options:
	--a
	--b: how many
	1
	ERROR: unexpected program command line options: --b
	HINT: expected program options:
	--a
	1
	HINT: no custom program options defined.
	1

NAME   [checks 16] a description that is no literal
NEEDS  root
SCRIPT begin { print(getopt("a", 1, comm)); }
MATCH  WARNING: Function 'getopt' requires the third parameter to be a string literal\.$
LINE   1

NAME   getopt: in macros, functions, loops and imported scripts
NEEDS  root
RUN    mkdir {{TMP}}/d; echo 'macro limit() { getopt("limit", 3, "how many") } fn name() : string { return getopt("name", "none"); }' >{{TMP}}/d/options.bt
	echo 'import "options.bt"; begin { print(limit()); print(limit() + limit); for ($i : 0..getopt("limit", 3)) { @ = sum(getopt("step", 2)); } print(name()); if (getopt("limit", 3) > 4) { print("many"); } }' >{{TMP}}/d/x.bt
	$SONDE -q {{TMP}}/d/x.bt -- --limit=5 --name=abc; $SONDE {{TMP}}/d/x.bt -- --help 2>&1; true
LINE   5
LINE   10
LINE   abc
LINE   many
LINE   @: 10
LINE   --limit: how many
LINE   --step
LINE   --name

NAME   getopt: nothing for comptime
NEEDS  root once
SCRIPT begin { if comptime (getopt("n", 3) == 3) { print(1); } }
STATUS 1
ERR    ERROR: Unable to resolve comptime expression
