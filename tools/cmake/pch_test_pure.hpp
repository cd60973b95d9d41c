#pragma once
#include "pch_pure.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
