#ifndef SONDE_PARSER_CLANG_C_H
#define SONDE_PARSER_CLANG_C_H

#include <stdbool.h>

/* What we use of the C interface of libclang, which is opened when it is needed (c_clang.c). Declared here because it
 * never changes and because the package with its headers brings 300 MB of libraries along. */

typedef struct { const void *data; unsigned flags; } CXString;
typedef struct { int kind; int xdata; const void *data[3]; } CXCursor;
typedef struct { int kind; void *data[2]; } CXType;
typedef struct { const void *ptr_data[2]; unsigned int_data; } CXSourceLocation;
typedef struct { const void *ptr_data[2]; unsigned begin, end; } CXSourceRange;
typedef struct { unsigned int_data[4]; void *ptr_data; } CXToken;
typedef void *CXIndex, *CXTranslationUnit, *CXDiagnostic, *CXFile;
typedef int (*CXCursorVisitor)(CXCursor cursor, CXCursor parent, void *data);

struct CXUnsavedFile {
	const char *Filename, *Contents;
	unsigned long Length;
};

enum {
	CXCursor_StructDecl = 2, CXCursor_UnionDecl = 3, CXCursor_EnumDecl = 5, CXCursor_FieldDecl = 6,
	CXCursor_EnumConstantDecl = 7, CXCursor_TypedefDecl = 20, CXCursor_MacroDefinition = 501,

	CXType_Void = 2, CXType_Bool = 3, CXType_Char_U = 4, CXType_UChar = 5, CXType_UShort = 8, CXType_UInt = 9,
	CXType_ULong = 10, CXType_ULongLong = 11, CXType_UInt128 = 12, CXType_Char_S = 13, CXType_SChar = 14,
	CXType_WChar = 15, CXType_Short = 16, CXType_Int = 17, CXType_Long = 18, CXType_LongLong = 19,
	CXType_Int128 = 20, CXType_Float = 21, CXType_Double = 22, CXType_LongDouble = 23,
	CXType_Pointer = 101, CXType_Record = 105, CXType_Enum = 106, CXType_Typedef = 107,
	CXType_FunctionNoProto = 110, CXType_FunctionProto = 111, CXType_ConstantArray = 112,
	CXType_IncompleteArray = 114, CXType_Elaborated = 119,

	CXChildVisit_Continue = 1,
	CXDiagnostic_Error = 3,
	CXToken_Comment = 4,
	CXTranslationUnit_DetailedPreprocessingRecord = 0x01,
	CXTranslationUnit_SkipFunctionBodies = 0x40,
	CXTranslationUnit_KeepGoing = 0x200,
};

/* CLANG_CALL(result, name, parameters): clang_name() becomes clang.name(). */
#define CLANG_CALLS \
	CLANG_CALL(CXIndex, createIndex, (int exclude_pch, int display_diags)) \
	CLANG_CALL(void, disposeIndex, (CXIndex)) \
	CLANG_CALL(int, parseTranslationUnit2, (CXIndex, const char *file, const char *const *args, int n_args, \
						struct CXUnsavedFile *, unsigned n_unsaved, unsigned options, \
						CXTranslationUnit *)) \
	CLANG_CALL(void, disposeTranslationUnit, (CXTranslationUnit)) \
	CLANG_CALL(unsigned, getNumDiagnostics, (CXTranslationUnit)) \
	CLANG_CALL(CXDiagnostic, getDiagnostic, (CXTranslationUnit, unsigned)) \
	CLANG_CALL(void, disposeDiagnostic, (CXDiagnostic)) \
	CLANG_CALL(int, getDiagnosticSeverity, (CXDiagnostic)) \
	CLANG_CALL(CXString, getDiagnosticSpelling, (CXDiagnostic)) \
	CLANG_CALL(CXSourceLocation, getDiagnosticLocation, (CXDiagnostic)) \
	CLANG_CALL(const char *, getCString, (CXString)) \
	CLANG_CALL(void, disposeString, (CXString)) \
	CLANG_CALL(CXString, getFileName, (CXFile)) \
	CLANG_CALL(void, getExpansionLocation, (CXSourceLocation, CXFile *, unsigned *line, unsigned *column, \
						unsigned *offset)) \
	CLANG_CALL(CXSourceLocation, getRangeStart, (CXSourceRange)) \
	CLANG_CALL(CXSourceLocation, getRangeEnd, (CXSourceRange)) \
	CLANG_CALL(CXCursor, getTranslationUnitCursor, (CXTranslationUnit)) \
	CLANG_CALL(unsigned, visitChildren, (CXCursor, CXCursorVisitor, void *data)) \
	CLANG_CALL(int, getCursorKind, (CXCursor)) \
	CLANG_CALL(CXString, getCursorSpelling, (CXCursor)) \
	CLANG_CALL(CXType, getCursorType, (CXCursor)) \
	CLANG_CALL(CXSourceLocation, getCursorLocation, (CXCursor)) \
	CLANG_CALL(CXSourceRange, getCursorExtent, (CXCursor)) \
	CLANG_CALL(unsigned, isCursorDefinition, (CXCursor)) \
	CLANG_CALL(unsigned, Cursor_isAnonymous, (CXCursor)) \
	CLANG_CALL(unsigned, Cursor_isAnonymousRecordDecl, (CXCursor)) \
	CLANG_CALL(unsigned, Cursor_isBitField, (CXCursor)) \
	CLANG_CALL(int, getFieldDeclBitWidth, (CXCursor)) \
	CLANG_CALL(long long, Cursor_getOffsetOfField, (CXCursor)) \
	CLANG_CALL(long long, getEnumConstantDeclValue, (CXCursor)) \
	CLANG_CALL(unsigned long long, getEnumConstantDeclUnsignedValue, (CXCursor)) \
	CLANG_CALL(CXType, getEnumDeclIntegerType, (CXCursor)) \
	CLANG_CALL(CXType, getTypedefDeclUnderlyingType, (CXCursor)) \
	CLANG_CALL(CXCursor, getTypeDeclaration, (CXType)) \
	CLANG_CALL(CXType, getCanonicalType, (CXType)) \
	CLANG_CALL(CXType, Type_getNamedType, (CXType)) \
	CLANG_CALL(CXType, getPointeeType, (CXType)) \
	CLANG_CALL(CXType, getArrayElementType, (CXType)) \
	CLANG_CALL(long long, getArraySize, (CXType)) \
	CLANG_CALL(CXString, getTypedefName, (CXType)) \
	CLANG_CALL(long long, Type_getSizeOf, (CXType)) \
	CLANG_CALL(long long, Type_getAlignOf, (CXType)) \
	CLANG_CALL(long long, Type_getOffsetOf, (CXType, const char *field)) \
	CLANG_CALL(void, tokenize, (CXTranslationUnit, CXSourceRange, CXToken **, unsigned *n)) \
	CLANG_CALL(void, disposeTokens, (CXTranslationUnit, CXToken *, unsigned n)) \
	CLANG_CALL(int, getTokenKind, (CXToken)) \
	CLANG_CALL(CXString, getTokenSpelling, (CXTranslationUnit, CXToken)) \
	CLANG_CALL(CXSourceRange, getTokenExtent, (CXTranslationUnit, CXToken))

struct clang {
#define CLANG_CALL(result, name, parameters) result (*name) parameters;
	CLANG_CALLS
#undef CLANG_CALL
};

#endif
