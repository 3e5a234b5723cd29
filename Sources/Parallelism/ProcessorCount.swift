import Foundation

/// The number of cores that the process may use.
public var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }
