import EstimatorComparison

/// The command-line program for gradient estimators.
@main
enum CompareEstimators {
  static func main() {
    CompareEstimatorsCommand.main()
  }
}
