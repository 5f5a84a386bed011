// One run of veraPDF's own batch processor: arguments are a standard (2b, ua1) and PDF files; its machine-readable
// report goes to standard output. The exit code is the one that veraPDF's command line gives.
var verapdf = Packages.org.verapdf;
var factory = verapdf.processor.ProcessorFactory;
verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();

function settings(flavour) {
  var validation = verapdf.pdfa.validation.validators.ValidatorConfigBuilder.defaultBuilder().flavour(flavour).recordPasses(false).isLogsEnabled(false).showErrorMessages(false).build();
  return factory.fromValues(
    validation,
    verapdf.features.FeatureFactory.defaultConfig(),
    verapdf.processor.plugins.PluginsCollectionConfig.defaultConfig(),
    verapdf.metadata.fixer.FixerFactory.defaultConfig(),
    java.util.EnumSet.of(verapdf.processor.TaskType.VALIDATE)
  );
}

function ending(summary) {
  if (summary.getOutOfMemory() || summary.getVeraExceptions()) return 13;
  if (summary.getFailedEncryptedJobs()) return 8;
  if (summary.getFailedParsingJobs()) return 7;
  return summary.getValidationSummary().getNonCompliantPdfaCount() ? 1 : 0;
}

var output = java.lang.System.out;
if (arguments[0] == "--version") {
  output.println("veraPDF " + verapdf.ReleaseDetails.getInstance().getVersion());
} else {
  var files = new java.util.ArrayList();
  for (var i = 1; i < arguments.length; i++) files.add(new java.io.File(arguments[i]));
  var flavour = verapdf.pdfa.flavours.PDFAFlavour.byFlavourId(arguments[0]);
  var handler = factory.getHandler(verapdf.processor.FormatOption.MRR, false, output, false);
  var summary = factory.fileBatchProcessor(settings(flavour)).process(files, handler);
  output.flush();
  quit(ending(summary));
}
