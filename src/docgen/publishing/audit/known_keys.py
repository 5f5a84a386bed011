"""The keys a publication copy may use: those ISO 32000-2 gives a meaning to, less what has no place in a copy.

Programs keep notes of their own under keys of their own; no list of bad keys can name them all, so this one is of good
keys. Keys that name something of the document itself (a font of a page, a role of a tag) are free; their spelling is
searched like any other text.
"""

from __future__ import annotations

_FILE = "Type Subtype S Length Filter DecodeParms DL Size Root ID W Index N First Version Extensions"
_CATALOG = """
    Pages PageLabels Names Dests ViewerPreferences PageLayout PageMode Outlines Metadata StructTreeRoot MarkInfo Lang
    OutputIntents Marked UserProperties Suspects DisplayDocTitle HideToolbar HideMenubar HideWindowUI FitWindow
    CenterWindow NonFullScreenPageMode Direction PrintScaling Duplex OutputCondition OutputConditionIdentifier
    RegistryName Info DestOutputProfile Alternate Range Nums Limits Kids St P
"""
_PAGE = """
    Count Parent Resources MediaBox CropBox BleedBox TrimBox ArtBox Contents Rotate Group Annots StructParents Tabs
    UserUnit ProcSet ExtGState ColorSpace Pattern Shading XObject Font Properties
"""
_STRUCTURE = """
    K IDTree ParentTree ParentTreeNextKey RoleMap ClassMap Namespaces NS RoleMapNS Pg A C R T Alt E ActualText MCID Stm
    StmOwn Obj O Placement WritingMode BackgroundColor BorderColor BorderStyle BorderThickness Color Padding SpaceBefore
    SpaceAfter StartIndent EndIndent TextIndent TextAlign BBox Width Height BlockAlign InlineAlign TBorderStyle TPadding
    BaselineShift LineHeight TextDecorationColor TextDecorationThickness TextDecorationType RubyAlign RubyPosition
    GlyphOrientationVertical ColumnCount ColumnGap ColumnWidths ListNumbering ContinuedList ContinuedFrom RowSpan
    ColSpan Headers Scope Summary Short Role Desc Checked Attached
"""
_NAVIGATION = """
    Title Prev Next Last Dest SE F Rect Border BS H PA QuadPoints StructParent D URI IsMap SD
"""
_FONT = """
    BaseFont Encoding FirstChar LastChar Widths FontDescriptor ToUnicode DescendantFonts CIDSystemInfo DW DW2 W2
    CIDToGIDMap Name FontBBox FontMatrix CharProcs BaseEncoding Differences FontName FontFamily FontStretch FontWeight
    Flags ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile
    FontFile2 FontFile3 CharSet Style FD CIDSet Length1 Length2 Length3 Registry Ordering Supplement CMapName WMode
    UseCMap Panose
"""
_GRAPHICS = """
    FormType Matrix BitsPerComponent Intent ImageMask Mask Decode Interpolate SMask SMaskInData Matte CS I LW LC LJ ML
    RI OP op OPM BG BG2 UCR UCR2 TR TR2 HT FL SM SA BM CA ca AIS TK G BC PatternType PaintType TilingType XStep YStep
    ShadingType Background AntiAlias Coords Domain Function Extend BitsPerCoordinate BitsPerFlag VerticesPerRow
    FunctionType C0 C1 Functions Bounds Encode BitsPerSample Order WhitePoint BlackPoint Gamma Colorants Process
    Components MixingHints Solidities PrintingOrder DotGain Predictor Colors Columns EarlyChange EndOfLine
    EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError ColorTransform JBIG2Globals
"""
KNOWN = frozenset(" ".join((_FILE, _CATALOG, _PAGE, _STRUCTURE, _NAVIGATION, _FONT, _GRAPHICS)).split())

_NAMES_OF_ITS_OWN = """
    ExtGState ColorSpace Pattern Shading XObject Font Properties RoleMap ClassMap Dests CharProcs Colorants DotGain
    Solidities
"""
NAMED_BY_THE_DOCUMENT = frozenset(_NAMES_OF_ITS_OWN.split())
"""Under these keys lie dictionaries whose own keys are names the document chose."""
