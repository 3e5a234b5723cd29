// Continuous collision: bodies that would pass into the ground within a step are stopped there.

#ifndef CRIGIDBODIES_CONTINUOUS_HPP
#define CRIGIDBODIES_CONTINUOUS_HPP

#include "Contacts.hpp"

namespace rigid {

/// Finds the first impact within the step, solves it over the rest of the step, and so on until
/// there is none.
void solveImpacts(CRigidWorld &world, float duration, int32_t velocityIterations);

} // namespace rigid

#endif
