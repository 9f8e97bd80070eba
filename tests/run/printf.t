# printf: every conversion of the language, byte for byte.

NAME   widths, signs and padding of a number
NEEDS  root
SCRIPT begin { printf("[%5d][%-5d][%05d][%+d][% d]\n", 42, 42, 42, 42, 42); }
EXPECT [   42][42   ][00042][+42][42]

NAME   widths, signs and padding of a negative number
NEEDS  root
SCRIPT begin { printf("[%5d][%-5d][%05d][%+d][% d]\n", -42, -42, -42, -42, -42); }
EXPECT [  -42][-42  ][00-42][-42][-42]

NAME   flags together
NEEDS  root
SCRIPT begin { printf("[%-05d][%+05d][%-+05d]\n", 42, 42, 42); }
EXPECT [42000][00+42][+4200]

NAME   octal and hexadecimal with prefixes
NEEDS  root
SCRIPT begin { printf("[%o][%X][%#o][%#x][%#X]\n", 42, 42, 42, 42, 42); }
EXPECT [52][2A][052][0x2a][0X2A]

NAME   zero has no prefix
NEEDS  root
SCRIPT begin { printf("[%#x][%#o][%p]\n", 0, 0, 0); }
EXPECT [0][0][0]

NAME   hexadecimal with widths
NEEDS  root
SCRIPT begin { printf("[%08x][%#8x][%#08x][%08p][%-8p]\n", 42, 42, 42, 42, 42); }
EXPECT [0000002a][    0x2a][00000x2a][00000x2a][0x2a    ]

NAME   a negative number in other conversions
NEEDS  root
SCRIPT begin { printf("[%d][%u][%x][%p]\n", -42, -42, -42, -42); }
EXPECT [-42][4294967254][ffffffd6][0xffffffffffffffd6]

NAME   length modifiers truncate
NEEDS  root
SCRIPT begin { printf("[%hhd][%hd][%d][%ld]\n", 0x123456789abcdef0, 0x123456789abcdef0,
	0x123456789abcdef0, 0x123456789abcdef0); }
EXPECT [-16][-8464][-1698898192][1311768467463790320]

NAME   all ways to write 64 bits
NEEDS  root
SCRIPT begin { printf("[%llu][%lx][%ju][%zu][%tx]\n", 18446744073709551615, 18446744073709551615,
	18446744073709551615, 18446744073709551615, 18446744073709551615); }
EXPECT [18446744073709551615][ffffffffffffffff][18446744073709551615][18446744073709551615][ffffffffffffffff]

NAME   precision is read and ignored
NEEDS  root
SCRIPT begin { printf("[%.3d][%8.3d][%*d][%.3s][%8.3s]\n", 42, 42, 42, "abcdef", "abcdef"); }
EXPECT [42][      42][42][abcdef][  abcdef]

NAME   %s of everything
NEEDS  root
SCRIPT begin { printf("[%5s][%-7s][%05s][%05s]\n", 42, true, true, "ab"); }
EXPECT [   42][true   ][0true][000ab]

NAME   characters
NEEDS  root
SCRIPT begin { printf("[%c][%3c][%03c]\n", 65, 65, 65); }
EXPECT [A][  A][00A]

NAME   a character with the value 0 is a byte
NEEDS  root
SCRIPT begin { printf("a%cb", 0); }
EXACT  a\0000b\n\n

NAME   tuples
NEEDS  root
SCRIPT begin { printf("[%10s][%-10s]\n", (1, "a"), (1, 2)); }
EXPECT [         (1, a)][(         1, 2)]

NAME   buffers
NEEDS  root
SCRIPT begin { printf("[%r][%rx][%rh]\n", buf("ab\n", 3), buf("ab\n", 3), buf("ab\n", 3)); }
EXPECT [ab\x0a][\x61\x62\x0a][61 62 0a]

NAME   buffers with widths
NEEDS  root
SCRIPT begin { printf("[%10r][%-14rx][%10rh][%10s]\n", buf("ab", 2), buf("ab", 2), buf("ab", 2), buf("ab", 2)); }
EXPECT [        ab][\x61\x62      ][     61 62][        ab]

NAME   a buffer never shows what lies behind its text
NEEDS  root
SCRIPT begin { printf("[%r]\n", buf("abc", 10)); }
MATCH  ^\[abc(\\x00)*\]$

NAME   percent signs and what is no conversion
NEEDS  root
SCRIPT begin { printf("%%|%y|%zb|%1$d|100%\n"); }
EXPECT %|%y|%zb|%1$d|100%

NAME   escapes in texts
NEEDS  root
SCRIPT begin { printf("a\tb\"c\\d\x41\101\n"); }
EXPECT a	b"c\dAA

NAME   a constant expression as the format
NEEDS  root
SCRIPT begin { printf("a" + "b %d\n", 5); }
EXPECT ab 5

NAME   GFP flags
NEEDS  root
SCRIPT begin { printf("%gr|%gr|%gr|%gr\n", 0, 0xcc0, 0xd00, 1); }
EXPECT 0|GFP_KERNEL|GFP_NOIO|__GFP_ZERO|GFP_DMA

NAME   numbers narrower than 64 bits keep their sign
NEEDS  root
SCRIPT begin { printf("%d %d %u %lu\n", (int8)200, (uint8)200, (uint16)70000, (uint32)-1); }
EXPECT -56 200 4464 4294967295

NAME   many arguments
NEEDS  root
SCRIPT begin { printf("%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d %s %s %s\n", 1, 2, 3, 4, 5, 6, 7, 8, 9, 0,
	1, 2, 3, 4, 5, 6, 7, 8, 9, 0, "a", "bc", comm); }
MATCH  ^12345678901234567890 a bc sonde$

NAME   a text without newline, then the two of the end
NEEDS  root
SCRIPT begin { printf("x"); exit(); }
EXACT  x\n\n

NAME   nothing printed is still two newlines
NEEDS  root
SCRIPT begin { exit(); }
EXACT  \n\n

NAME   maps stand behind the two newlines
NEEDS  root
SCRIPT begin { print(1); @h = hist(3); @y = 1; exit(); }
EXACT  1\n\n\n@h:\n[2, 4)                 1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n\n@y: 1\n

NAME   a very long format
NEEDS  root
RUN    fmt=$(printf 'x%.0s' {1..3000}); $SONDE -q -e "begin { printf(\"$fmt%d\n\", 7); }" | tr -d x
EXPECT 7

NAME   [functions 1.1] %s of statistics is what they are now
NEEDS  root
SCRIPT begin { @s = stats(3); @k[1] = stats(-5); @k[1] = stats(-8); @u[1] = stats((uint64)9); printf("%s %s %s %s\n", @s, @k[1], @u[1], @k[3]);
	@s = stats(6); printf("[%-6s][%6s]\n", @s, @s); print(@s); print(@k[1]); print({ @k[1] }); clear(@s); clear(@k); clear(@u); }
LINE   { .count = 1, .average = 3, .total = 3 } { .count = 2, .average = -6, .total = -13 } { .count = 1, .average = 9, .total = 9 } { .count = 0, .average = 0, .total = 0 }
LINE   [{     .count = 2, .average = 4, .total = 9 }][    { .count = 2, .average = 4, .total = 9 }]
LINE   @s: { .count = 2, .average = 4, .total = 9 }
LINE   { .count = 2, .average = -6, .total = -13 }
