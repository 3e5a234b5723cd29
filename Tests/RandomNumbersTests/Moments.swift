/// The distance of the sample's mean from the mean of its distribution, in standard errors.
func zScore(of sample: [Double], mean: Double, variance: Double) -> Double {
  let count = Double(sample.count)
  let sampleMean = sample.reduce(0, +) / count
  return (sampleMean - mean) / (variance / count).squareRoot()
}
